"""From policy files to a page: three architectures, asked and compared."""

import json
from pathlib import Path

import pytest
from support.recorded import policy_file, recorded

from ballbot_fusion.cli.main import main
from ballbot_fusion.evaluation.fusion.page import BEGIN, END
from ballbot_fusion.evaluation.fusion.tables import TABLES

NAMES = ("concat", "attention", "transformer")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Policies, samples and answers about them, and a page with every block."""
    folder = tmp_path_factory.mktemp("compare")
    policies = [str(policy_file(folder / "models", name, minutes=20.0)) for name in NAMES]
    (folder / "results").mkdir()
    recorded().save(folder / "results" / "samples.npz")
    given = ["--output", str(folder / "results")]
    assert main(["probe", "uses", *policies, *given, "--json", str(folder / "uses.txt")]) == 0
    assert main(["probe", "speed", *policies, *given, "--rounds", "3"]) == 0
    blocks = [*TABLES, "pictures cost", "pictures uses", "pictures attention"]
    marks = [f"{BEGIN.format(name=name)}\n{END.format(name=name)}" for name in blocks]
    (folder / "page.md").write_text("By hand.\n\n" + "\n\n".join(marks) + "\n")
    return folder


def compare(folder: Path, *more: str) -> int:
    given = ["--results", str(folder / "results"), "--models", str(folder / "models")]
    return main(["compare", str(folder / "page.md"), *given, *more])


def test_answers_are_written_for_each_policy(folder: Path) -> None:
    results = folder / "results"
    for name in NAMES:
        found = json.loads((results / f"uses_{name}.json").read_text())
        assert found["policy"] == name
        assert (found["attention"] is None) == (name == "concat")
    speeds = json.loads((results / "speed.json").read_text())
    assert set(speeds["policies"]) == set(NAMES)
    assert len(json.loads((folder / "uses.txt").read_text())) == 3


def test_the_page_is_filled_then_current_and_a_change_is_noticed(folder: Path) -> None:
    page = folder / "page.md"
    assert compare(folder, "--check") == 1
    assert compare(folder) == 0
    assert compare(folder, "--check") == 0
    text = page.read_text()
    assert text.startswith("By hand.")
    assert all(f"| `{name}` | {name} |" in text for name in NAMES)
    pictures = folder / "page"
    assert sorted(path.name for path in pictures.iterdir()) == [
        "attention_attention.png", "attention_attention_cells.png", "attention_transformer.png",
        "cost.png", "uses_attention.png", "uses_concat.png", "uses_transformer.png",
    ]  # fmt: skip
    page.write_text(text.replace("| `concat` | concat |", "| `concat` | other |"))
    assert compare(folder, "--check") == 1
    page.write_text(text)
    (pictures / "cost.png").unlink()
    assert compare(folder, "--check") == 1


def test_a_policy_that_observes_more_than_was_recorded_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["probe", "uses", "seed55", "--output", str(folder / "results")]) == 1
    assert "also needs" in capsys.readouterr().err
