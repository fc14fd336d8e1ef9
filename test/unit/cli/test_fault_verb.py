import json

import pytest

from ballbot_fusion.cli.main import main
from ballbot_fusion.operation.faults import Reported, reported
from ballbot_fusion.simulation.faults import FAULTS
from ballbot_fusion.simulation.faults.order import Order
from ballbot_fusion.simulation.policy_faults import POLICY_FAULTS
from ballbot_fusion.simulation.policy_faults.order import PolicyOrder


def test_list_shows_every_fault_and_each_can_be_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fault", "--list", "--json", "-"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["kind"] for row in rows} == set(FAULTS) | set(POLICY_FAULTS)
    assert "{" not in " ".join(row["what"] for row in rows)
    for row in rows:
        for stream in row["streams"]:
            (PolicyOrder if stream == "policy" else Order).of(f"{stream} {row['kind']}")


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["camera_0"],
        ["camera_0", "frozen", "--clear"],
        ["--clear", "--list"],
        ["policy", "--list"],
    ],
)
def test_misuse(given: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["fault", *given])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (["camera_0", "frzen"], "has no fault 'frzen'; it has missing"),
        (["lidar", "frozen"], "no stream 'lidar'; there are imu"),
        (["imu", "slow", "--size", "0"], "must be 1 or more"),
        (["policy", "missing"], "the policy has no fault 'missing'; it has killed"),
        (["policy", "out_of_range", "--size", "1"], "must be more than 1"),
        (["imu", "slow", "--after", "-1"], "after '-1', expected 0 or more"),
    ],
)
def test_what_cannot_be_is_refused_without_a_robot(
    given: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["fault", *given]) == 1
    assert why in " ".join(capsys.readouterr().err.split())


def test_what_the_bridge_reports_is_read() -> None:
    values = {
        "fault_10": "imu nan", "fault_10.state": "acting", "fault_10.spoilt": "7",
        "fault_9": "camera_0 black for 3", "fault_9.state": "over", "fault_9.spoilt": "90",
        "held": "False", "fault_rate": "1",
    }  # fmt: skip
    assert reported(values) == [
        Reported(9, "camera_0 black for 3", "over", 90),
        Reported(10, "imu nan", "acting", 7),
    ]
    assert reported(values)[0].sentence == "camera_0 black for 3: over, 90 samples spoilt"
    assert Reported(1, "policy nan", "over", 9).sentence == "policy nan: over, 9 answers spoilt"
    assert reported({}) == []
