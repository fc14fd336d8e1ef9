"""Recordings are gone through case by case: interrupted, gone on with, ended in time."""

from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.cli.main import MISUSED, main
from ballbot_fusion.evaluation.kept import Kept
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.operation.campaign.upsets import UPSETS
from ballbot_fusion.operation.measures import MEASURES, load_measure, replay_real_time
from ballbot_fusion.operation.measures.replay import all_cases
from ballbot_fusion.operation.measures.setting import Setting

NAMES = ("imu nan", "camera_0 never", "no fault")


class Recordings:
    """Remembers what would have been recorded."""

    def __init__(self, fail_at: int = 99) -> None:
        self.scenarios: list[Scenario] = []
        self._fail_at = fail_at

    def __call__(self, _: Setting, scenario: Scenario) -> dict[str, Any]:
        if len(self.scenarios) == self._fail_at:
            raise KeyboardInterrupt
        self.scenarios.append(scenario)
        return {
            "group": "imu", "ticks": 10, "identical": 10, "whole": True, "stripped_same": True,
            "causes": {"missing": 0, "unknown": 0, "differs": 0}, "flipped_bit_told": True,
            "took_effect": None,
        }  # fmt: skip

    @property
    def cases(self) -> list[str]:
        return [scenario.case for scenario in self.scenarios]


def setting(tmp_path: Path, repeats: int = 1, **more: Any) -> Setting:
    kept = Kept(tmp_path / "kept.jsonl", "replay", "ab", "r1")
    return Setting(3.0, repeats, "default", tmp_path, lambda: None, NAMES, kept, **more)


def test_what_was_recorded_before_an_interrupt_is_not_recorded_again(tmp_path: Path) -> None:
    first, second = Recordings(fail_at=2), Recordings()
    with pytest.raises(KeyboardInterrupt):
        all_cases(setting(tmp_path), first)
    found = setting(tmp_path)
    all_cases(found, second)
    assert (first.cases, second.cases) == (["imu nan", "camera_0 never"], ["no fault"])
    assert [run["case"] for run in found.runs] == list(NAMES)
    assert first.scenarios[0].faults[0].kind == "nan"
    assert second.scenarios[0].faults == ()


def test_each_repeat_has_a_seed_of_its_own(tmp_path: Path) -> None:
    recordings = Recordings()
    all_cases(setting(tmp_path, repeats=2), recordings)
    assert [scenario.seed for scenario in recordings.scenarios] == [0, 0, 0, 1, 1, 1]


def test_in_time_it_ends_with_at_least_one_and_tells_what_was_kept(tmp_path: Path) -> None:
    ended = setting(tmp_path, until_s=0.0)
    all_cases(ended, Recordings())
    assert [run["case"] for run in ended.runs] == ["imu nan"]
    all_cases(setting(tmp_path), Recordings())
    again, nothing = setting(tmp_path, until_s=0.0), Recordings()
    all_cases(again, nothing)
    assert nothing.cases == []
    assert [run["case"] for run in again.runs] == list(NAMES)


def test_processes_that_are_upset_are_those_of_the_campaign() -> None:
    assert set(replay_real_time.KILLED) <= UPSETS.keys()


@pytest.mark.parametrize("name", MEASURES)
def test_every_measure_is_whole(name: str) -> None:
    measure = load_measure(name)
    assert measure.SECONDS > 0.0
    assert measure.REPEATS >= 1
    assert callable(measure.run)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["kills", "--only", "imu*"], "kills has no cases: leave out --only, --keep, --minutes"),
        (["recorder", "--minutes", "0"], "has no cases"),
        (["replay", "--only", "nothing"], "no case is like 'nothing'; there are no fault, imu"),
    ],
)
def test_misuse_is_told(given: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["measure", *given])
    assert ended.value.code == MISUSED
    assert said in capsys.readouterr().err
