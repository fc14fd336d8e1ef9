from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from ballbot_fusion.core.spec import SEED_KEYS, ObservationSpec
from ballbot_fusion.evaluation.fusion.compared import Comparison
from ballbot_fusion.evaluation.fusion.facts import PolicyFacts
from ballbot_fusion.evaluation.fusion.failing import CASES, GROUPS, failing_sensors
from ballbot_fusion.evaluation.fusion.found import Found
from ballbot_fusion.evaluation.fusion.sensors_picture import sensors_figure
from ballbot_fusion.evaluation.results import share
from ballbot_fusion.evaluation.suites import outages, sensors

ONE = PolicyFacts(
    name="one", path=Path("one.onnx"), sha256="a" * 64, architecture="concat",
    spec=ObservationSpec.of(SEED_KEYS), parameters=1, fused=55, seed=0, minutes=None, ticks=None,
    command="ballbot train",
)  # fmt: skip
OTHER = replace(ONE, name="other", sha256="b" * 64)
OF_SUITE = [case.name for case in (*outages.passing_cases(), *outages.lasting_cases())]
OF_CAMERAS = [case for case in OF_SUITE if outages.is_of_cameras(case)]


def compared(terrain: str, upright: Mapping[str, int], n: int = 5) -> Comparison:
    """``one`` met these cases, ``n`` times each; ``other`` none."""
    episodes = [
        {"terrain": terrain, "case": case, "success": k < count, "stopped": False}
        for case, count in upright.items()
        for k in range(n)
    ]
    rows = {("sensors", row.case, row.metric): asdict(row) for row in sensors.rows(episodes)}
    return Comparison([ONE, OTHER], {ONE.sha256: Found(rows=rows)})


def cells(text: str) -> dict[str, str]:
    header, _, line = (line.strip("| ").split(" | ") for line in text.splitlines()[:3])
    return dict(zip(header[1:], line[1:], strict=True))


def test_every_case_of_the_suite_is_in_one_column() -> None:
    assert sorted(CASES) == sorted([*OF_SUITE, outages.ANY_CAMERA_STATE])
    assert set(GROUPS["imu"]) == {f"imu {kind}" for kind in outages.KINDS}
    assert len(GROUPS["one camera lost"]) == 2


def test_a_column_pools_all_ways_to_fail_and_names_those_of_a_fall() -> None:
    upright = {**dict.fromkeys(OF_SUITE, 5), "imu late": 3}
    text = failing_sensors(compared("flat", upright))
    found = cells(text)
    row = asdict(share("", "upright", [True] * 23 + [False] * 2, None))
    assert found["imu"] == f"92 % ({100 * row['low']:.3g} to {100 * row['high']:.3g}), n 25"
    assert found["encoders"].startswith("100 %")
    assert found[outages.ANY_CAMERA_STATE].endswith(f"n {5 * len(OF_CAMERAS)}")
    assert "Upright less often: `one`, imu late: 3 of 5." in text
    assert "In these not measured: `other`." in text
    assert "rough ground: not measured, of any policy" in text


def test_part_of_a_column_does_not_stand_for_it() -> None:
    found = cells(failing_sensors(compared("rough", dict.fromkeys(OF_CAMERAS, 5))).split("\n\n")[1])
    assert found["imu"] == "not measured"
    assert found["camera_0"] == "100 % (88.6 to 100), n 30"


def test_the_picture_has_a_line_for_each_that_met_any() -> None:
    figure = sensors_figure(compared("flat", dict.fromkeys(OF_CAMERAS, 5)), "flat")
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["one"]
    shown = [label.get_text() for label in axes.get_xticklabels()]
    assert shown[0] == outages.ANY_CAMERA_STATE
    assert sorted(shown[1:]) == sorted(OF_CAMERAS)
    assert sensors_figure(compared("flat", {}), "flat") is None
