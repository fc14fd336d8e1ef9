"""Which of the remembered velocities are used."""

import pytest
import torch
from support.policies import SHORT_KEYS, policy_with_random_parts, random_batch

from ballbot_fusion.core.settings import SettingsError
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.table import build

KEYS = (*SHORT_KEYS, "vel_history")


@pytest.mark.parametrize(
    ("steps", "every", "used"), [(8, 1, range(8)), (3, 1, range(3)), (3, 3, (0, 3, 6))]
)
def test_only_the_chosen_velocities_count(steps: int, every: int, used: range) -> None:
    settings = {"steps": steps, "every": every}
    policy = policy_with_random_parts(KEYS, settings, name="velocity_history")
    batch, mask = random_batch(policy.spec, 1), torch.ones(1, len(KEYS))
    with torch.no_grad():
        before = policy(batch, mask)[1]
        for row in range(8):
            history = batch["vel_history"].clone()
            history[:, row] += 0.5
            after = policy(batch | {"vel_history": history}, mask)[1]
            assert bool((after != before).any()) == (row in used), row


def test_what_the_spec_does_not_remember_is_refused() -> None:
    with pytest.raises(SettingsError, match="reach further back than the 8"):
        build("velocity_history", ObservationSpec.of(KEYS), {"steps": 4, "every": 3})


@pytest.mark.parametrize(
    ("name", "says"), [("velocity_history", "vel_history"), ("frame_stack", "single frames")]
)
def test_a_spec_without_its_past_is_refused(name: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        build(name, ObservationSpec.of(SHORT_KEYS), {})
