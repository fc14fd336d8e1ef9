import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ballbot_fusion.cli.compare_verb import data_of
from ballbot_fusion.core.spec import SEED_KEYS, ObservationSpec
from ballbot_fusion.evaluation.fusion.compared import Comparison
from ballbot_fusion.evaluation.fusion.facts import PolicyFacts
from ballbot_fusion.evaluation.fusion.found import Found, found_in
from ballbot_fusion.evaluation.fusion.page import BEGIN, END, with_comparison
from ballbot_fusion.evaluation.fusion.pictures import picture_names, save_pictures
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
from ballbot_fusion.evaluation.fusion.tables import TABLES
from ballbot_fusion.evaluation.results import report, share
from ballbot_fusion.evaluation.suites import hazard, outages, sensors
from ballbot_fusion.simulation.terrain import COURSES

ROOT = Path(__file__).parents[4]
RESULTS, PAGE = ROOT / "docs" / "results", ROOT / "docs" / "fusion_report.md"
ORIGIN = {"command": "ballbot eval", "revision": "0123456789ab", "date": "2026-11-25"}
KNOWN = PolicyFacts(
    name="known", path=Path("known.onnx"), sha256="a" * 64, architecture="concat",
    spec=ObservationSpec.of(SEED_KEYS), parameters=123456, fused=55, seed=0, minutes=12.5,
    ticks=1000, command="ballbot train",
)  # fmt: skip
NEW = replace(KNOWN, name="new", sha256="b" * 64, minutes=None, ticks=None, seed=None)


def write(folder: Path, name: str, sha256: str, good: list[bool]) -> None:
    rows = [
        share("flat", "upright", good, None),
        share("flat, imu missing", "upright", good, None),
    ]
    for suite in ("balance", "sensors"):
        found = report(suite, "known", 0, rows, policy_sha256=sha256, provenance=ORIGIN)
        path = folder / name / f"{suite}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(found))


@pytest.fixture
def data(tmp_path: Path) -> Comparison:
    write(tmp_path, "few", KNOWN.sha256, [True] * 3)
    write(tmp_path, "many", KNOWN.sha256, [True] * 9 + [False])
    return Comparison([KNOWN, NEW], found_in(tmp_path), ["vit"])


def block(data: Comparison, name: str) -> str:
    page = f"{BEGIN.format(name=name)}\nold\n{END.format(name=name)}\n"
    return with_comparison(page, data, [], Path("pictures"))


def test_results_belong_to_the_hash_and_most_episodes_count(data: Comparison) -> None:
    text = block(data, "closed_loop")
    assert "| policy | flat ground: upright |" in text
    assert "| `known` | 90 % (59.6 to 98.2), n 10 |" in text
    assert "In these not measured: `new`." in text
    assert "old" not in text
    assert "`known`, imu missing: 9 of 10." in block(data, "sensors")


@pytest.mark.parametrize(
    "option", ["--robot my.yaml", "--robot=my.yaml", "--rob my.yaml", "--seconds 5", "--sec=5"]
)
def test_another_robot_and_shorter_drives_are_another_task(tmp_path: Path, option: str) -> None:
    write(tmp_path, "few", KNOWN.sha256, [True] * 3)
    write(tmp_path, "other", KNOWN.sha256, [False] * 9)
    for path in (tmp_path / "other").iterdir():
        found = json.loads(path.read_text())
        found["provenance"]["command"] += f" {option}"
        path.write_text(json.dumps(found))
    text = block(Comparison([KNOWN], found_in(tmp_path)), "closed_loop")
    assert "| `known` | 100 % (43.9 to 100), n 3 |" in text


def on_courses(folder: Path, terrains: Sequence[str], good: bool) -> Comparison:
    """Results of both suites with courses, ten episodes of each terrain."""
    episode = {"success": good, "passable": True, "reached": good, "free_speed": None,
               "stopped": good, "kind": "missing"}  # fmt: skip
    made = [{**episode, "terrain": name} for name in terrains for _ in range(10)]
    lost = [{**e, "case": case} for e in made for case in (outages.ONE_LOST, outages.BOTH_LOST)]
    for suite, rows in (("hazard", hazard.rows(made)), ("sensors", sensors.rows(lost))):
        more = {"policy_sha256": KNOWN.sha256, "provenance": ORIGIN}
        path = folder / f"{suite}_{len(terrains)}.json"
        path.write_text(json.dumps(report(suite, "known", 0, rows, **more)))
    return Comparison([KNOWN], found_in(folder))


def test_one_family_does_not_stand_for_all_of_them(tmp_path: Path) -> None:
    some = block(on_courses(tmp_path, COURSES[:1], False), "closed_loop")
    assert "known hazards: no fall, no contact, goal reached" in some
    assert "both cameras lost: stopped and balanced: not measured" in some
    assert " %" not in some
    text = block(on_courses(tmp_path, COURSES, True), "closed_loop")
    assert text.count("| 100 % ") == 6  # two of known, two of unseen hazards, two of cameras
    assert "| 0 % " not in text


def test_a_policy_trained_anew_has_no_results(data: Comparison) -> None:
    text = block(replace(data, policies=[replace(KNOWN, sha256="c" * 64)]), "closed_loop")
    assert "not measured, of any policy" in text
    assert "90 %" not in text


def test_a_policy_that_says_little_of_itself_has_a_line_all_the_same(data: Comparison) -> None:
    text = block(data, "policies")
    assert "| `known` | concat | 123,456 | 55 | 12.5 | 1000 | 0 | aaaaaaaaaaaa |" in text
    assert "| `new` | concat | 123,456 | 55 | ? | ? | ? | bbbbbbbbbbbb |" in text
    assert "`vit`" in block(data, "untrained")


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("policies", [[], [NEW]])
def test_every_block_can_be_made_of_nothing(name: str, policies: list[PolicyFacts]) -> None:
    made = block(Comparison(policies, {}), name)
    assert len(made.splitlines()) > 2
    assert "old" not in made


def test_an_unknown_block_and_a_missing_end_are_named(data: Comparison) -> None:
    with pytest.raises(ValueError, match=r"No block 'costs'.*policies"):
        block(data, "costs")
    with pytest.raises(ValueError, match="Add that line"):
        with_comparison(BEGIN.format(name="speed"), data, [], Path())


def test_pictures_are_drawn_for_what_there_is(data: Comparison, tmp_path: Path) -> None:
    names = save_pictures(data, None, tmp_path / "pictures")
    assert names == picture_names(data, None) == ["cost.png", "sensors_flat.png"]
    for name in names:
        image = cv2.imread(str(tmp_path / "pictures" / name))
        assert np.any(image != 255, axis=2).mean() > 0.01
    shown = with_comparison(
        f"{BEGIN.format(name='pictures sensors')}\n{END.format(name='pictures sensors')}",
        data, names, Path("pictures"),
    )  # fmt: skip
    assert "](pictures/sensors_flat.png)" in shown
    assert "cost.png" not in shown


def test_nothing_measured_is_nothing_found() -> None:
    assert Comparison([NEW], {}).of(NEW) == Found()


def test_the_committed_page_says_what_the_committed_files_say() -> None:
    """`ballbot compare docs/fusion_report.md` makes it so."""
    text = PAGE.read_text()
    data = data_of(ROOT / "models", ROOT / "config" / "train", RESULTS)
    samples = RecordedSamples.load(RESULTS / "fusion" / "samples.npz")
    names = picture_names(data, samples)
    assert with_comparison(text, data, names, Path(PAGE.stem)) == text
    linked = re.findall(r"\]\((\S+\.png)\)", text)
    assert {Path(name).name for name in linked} == set(names)
    assert all((PAGE.parent / name).is_file() for name in linked)


@pytest.mark.parametrize("path", sorted((RESULTS / "fusion").rglob("*.json")), ids=lambda p: p.name)
def test_committed_answers_come_from_clean_revisions(path: Path) -> None:
    found = json.loads(path.read_text())
    assert "+changes" not in found["provenance"]["revision"]
    assert not re.search(r'[" ]/[a-z]', path.read_text())
