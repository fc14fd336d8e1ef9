"""The state of a recurrent policy: carried, written down, recalled, and forgotten in time."""

from typing import Any

import numpy as np
import pytest
from support.policies import exported, metadata_for
from unit.core.streams import Rig, ticks

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import BALANCE_KEYS, Observation, ObservationSpec
from ballbot_fusion.deployment.export import random_observation
from ballbot_fusion.deployment.runtime import PolicyOutput, PolicyRuntime

SPEC = ObservationSpec.of(BALANCE_KEYS)
ALL = np.ones(len(SPEC), np.float32)
SIZE = 64
STORY = [random_observation(SPEC, np.random.default_rng(seed)) for seed in range(12)]


def runtime(every: int = 1, name: str = "lstm") -> PolicyRuntime:
    remembers: dict[str, Any] = {"state_size": SIZE, "state_every": every} if name == "lstm" else {}
    model = exported(BALANCE_KEYS, name)
    return PolicyRuntime(model, metadata_for(BALANCE_KEYS, **remembers), "0" * 64)


def told(policy: PolicyRuntime, story: list[Observation]) -> list[bytes]:
    return [bits(policy.act(part, ALL)) for part in story]


def bits(output: PolicyOutput) -> bytes:
    return output.action.tobytes() + output.features.tobytes()


def test_what_was_seen_before_counts() -> None:
    first, second = told(runtime(), [STORY[0], STORY[0]])
    assert first != second
    assert told(runtime(), [STORY[1], STORY[0]])[1] != second


def test_a_step_of_the_memory_is_so_many_ticks() -> None:
    """Ticks between those that training kept go on with a memory of their own."""
    found = told(runtime(every=3), STORY)
    for phase in range(3):
        assert found[phase::3] == told(runtime(), STORY[phase::3])


@pytest.mark.parametrize("every", [1, 3])
def test_another_process_goes_on_with_its_memory(every: int) -> None:
    policy, other = runtime(every), runtime(every)
    told(policy, STORY[:7])
    memory = policy.memory
    assert len(memory) == SIZE * every
    told(other, STORY[3:5])
    other.recall(memory)
    assert other.memory == memory
    assert told(other, STORY[7:]) == told(policy, STORY[7:])


def test_reset_forgets_and_so_does_the_warm_up() -> None:
    policy = runtime(every=2)
    assert not any(policy.memory)
    fresh = told(policy, STORY)
    assert any(policy.memory)
    policy.reset()
    assert not any(policy.memory)
    assert told(policy, STORY) == fresh


def test_the_memory_of_another_policy_is_refused() -> None:
    for policy in (runtime(), runtime(name="concat")):
        with pytest.raises(ValueError, match="Use the policy that it was written by"):
            policy.recall((0.0,) * 5)


def test_a_policy_without_memory_has_an_empty_one() -> None:
    policy = runtime(name="concat")
    policy.recall(policy.memory)
    assert policy.memory == ()


def test_memory_ends_where_a_clock_begins_anew() -> None:
    *_, result = ticks(Rig(), 0.1, sensing=Sensing(SPEC, RobotConfig()))
    policy = runtime()
    begun = bits(policy.answer(result))
    assert bits(policy.answer(result)) != begun, "it remembers the first"
    assert bits(policy.answer(result._replace(restarted=True))) == begun


def test_another_mask_may_be_shown() -> None:
    *_, result = ticks(Rig(), 0.1, sensing=Sensing(SPEC, RobotConfig()))
    blind = np.zeros_like(result.mask)
    assert bits(runtime().answer(result, blind)) == bits(runtime().act(result.observation, blind))
