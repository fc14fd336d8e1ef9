import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ballbot_fusion.evaluation.kept import Kept, KeptError
from ballbot_fusion.evaluation.scenario import LQR, Scenario
from ballbot_fusion.simulation.policy_faults import PolicyFault
from ballbot_fusion.simulation.velocity_driver import VelocityDriverSettings

FIRST = Scenario("somewhere/policy.onnx", seed=1)
RESULT: dict[str, Any] = {"seed": 1, "success": True, "speed": 0.1}


def kept(path: Path, suite: str = "balance", policy: str = "ab", revision: str = "r1") -> Kept:
    return Kept(path, suite, policy, revision)


def test_what_was_added_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "new" / "kept.jsonl"
    kept(path).add(FIRST, RESULT)
    again = kept(path, revision="r2")
    assert again.find(FIRST) == RESULT
    assert again.revisions == {"r1"}
    # Wherever the same policy file lies.
    assert again.find(replace(FIRST, policy="elsewhere/copy.onnx")) == RESULT


def test_whatever_determines_an_episode_tells_it_from_others(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    kept(path).add(FIRST, RESULT)
    for change in ({"seed": 2}, {"terrain": "rough"}, {"seconds": 1.0}, {"policy": LQR}):
        assert kept(path).find(replace(FIRST, **change)) is None
    faulty = replace(FIRST, policy_faults=(PolicyFault("nan"),))
    assert kept(path).find(faulty) is None
    assert repr(faulty) == repr(FIRST), "what was kept before there were such faults is found"
    kept(path).add(faulty, RESULT)
    assert kept(path).find(faulty) == RESULT
    assert kept(path).find(replace(faulty, policy_faults=(PolicyFault("hung"),))) is None
    assert kept(path, suite="track").find(FIRST) is None
    assert kept(path, policy="cd").find(FIRST) is None


def test_an_emergency_stop_tells_an_episode_from_others(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    kept(path).add(FIRST, RESULT)
    early, late = (replace(FIRST, stop=(begin_s, begin_s + 0.1)) for begin_s in (1.0, 2.0))
    assert repr(early) == repr(FIRST), "what was kept before there were such stops is found"
    assert kept(path).find(early) is None
    kept(path).add(early, RESULT)
    assert kept(path).find(early) == RESULT
    assert kept(path).find(late) is None


def test_a_driver_of_velocities_tells_an_episode_from_others(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    kept(path).add(FIRST, RESULT)
    early, late = (
        replace(FIRST, velocity_driver=VelocityDriverSettings(latency_s=latency_s))
        for latency_s in (0.005, 0.08)
    )
    assert kept(path).find(early) is None
    kept(path).add(early, RESULT)
    assert kept(path).find(early) == RESULT
    assert kept(path).find(late) is None


def test_a_line_that_was_cut_off_costs_one_episode(tmp_path: Path) -> None:
    path = tmp_path / "kept.jsonl"
    kept(path).add(FIRST, RESULT)
    whole = path.read_text()
    second = replace(FIRST, seed=2)
    kept(path).add(second, RESULT)
    path.write_text(path.read_text()[:-5])
    again = kept(path)
    assert again.find(FIRST) == RESULT
    assert again.find(second) is None
    assert path.read_text() == whole
    again.add(second, RESULT)
    assert kept(path).find(second) == RESULT


@pytest.mark.parametrize("line", ["nonsense", "[1]", json.dumps({"key": "k"})])
def test_a_file_of_something_else_is_refused(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kept.jsonl"
    path.write_text(line + "\n")
    with pytest.raises(KeptError, match=r"line 1 is no episode.*--keep"):
        kept(path)
