"""What stable-baselines3 trains is the fusion policy itself: the same actions, nothing re-made."""

import pytest
import torch
from support.policies import policy_with_random_parts, random_batch

from ballbot_fusion.core.spec import BALANCE_KEYS, ObservationSpec
from ballbot_fusion.training.env.spaces import MASK, action_space, observation_space
from ballbot_fusion.training.ppo.actor_critic import FusionActorCritic
from ballbot_fusion.training.ppo.settings import PpoSettings

KEYS = (*BALANCE_KEYS, "rgbd_0")
SPEC = ObservationSpec.of(KEYS)
NARROW = PpoSettings(start_std=0.2)


def made(settings: PpoSettings = NARROW) -> FusionActorCritic:
    return FusionActorCritic(
        observation_space(SPEC),
        action_space(),
        lambda _: 1e-3,
        policy_with_random_parts(KEYS),
        settings,
    )


def batch(size: int = 5) -> dict[str, torch.Tensor]:
    masks = torch.ones(size, len(SPEC))
    masks[0, 2] = masks[1, -1] = 0.0
    return {**random_batch(SPEC, size), MASK: masks}


def test_the_mean_action_is_the_fusion_policy_s() -> None:
    actor, seen = made(), batch()
    expected, fused = policy_with_random_parts(KEYS)(seen, seen[MASK])
    actor.set_training_mode(False)
    action, _, _ = actor(seen, deterministic=True)
    torch.testing.assert_close(action, expected)
    torch.testing.assert_close(actor.extract_features(seen), fused)


def test_batch_norms_stay_as_deployed_while_it_trains() -> None:
    actor, seen = made(), batch()
    before = {k: v.clone() for k, v in actor.features_extractor.state_dict().items()}
    actor.set_training_mode(False)
    at_roll_out = actor(seen, deterministic=True)[0]
    actor.set_training_mode(True)
    torch.testing.assert_close(actor(seen, deterministic=True)[0], at_roll_out)
    for key, value in actor.features_extractor.state_dict().items():
        torch.testing.assert_close(value, before[key], msg=key)


def test_the_spread_begins_as_the_settings_say() -> None:
    torch.manual_seed(0)
    actor = made()
    one = {key: value[:1].expand(4000, *value.shape[1:]) for key, value in batch().items()}
    with torch.no_grad():
        assert actor(one)[0].std(dim=0).numpy() == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize("shared", [False, True])
def test_the_critic_s_error_reaches_the_encoders_only_if_asked(shared: bool) -> None:
    actor = made(PpoSettings(shared_encoders=shared))
    actor.predict_values(batch()).sum().backward()
    encoder = actor.features_extractor.fusion.encoders["rgbd_0"].parameters()
    touched = [p.grad is not None and bool(p.grad.any()) for p in encoder]
    assert any(touched) is shared


def test_a_held_actor_does_not_learn_but_the_critic_does() -> None:
    actor, seen = made(), batch()
    before = {k: v.clone() for k, v in actor.state_dict().items()}
    for hold in (True, False):
        actor.hold_actor(hold)
        values, log_prob, _ = actor.evaluate_actions(seen, torch.full((5, 3), 0.1))
        actor.optimizer.zero_grad()
        (values.sum() + log_prob.sum()).backward()
        actor.optimizer.step()
        changed = {k for k, v in actor.state_dict().items() if not torch.equal(v, before[k])}
        assert any(key.startswith("value_net") for key in changed)
        assert any(not key.startswith(actor.CRITIC) for key in changed) is not hold


def test_a_critic_is_saved_and_loaded() -> None:
    one, other = made(), made()
    other.load_critic_state(one.critic_state())
    torch.testing.assert_close(one.predict_values(batch()), other.predict_values(batch()))


def test_another_space_is_refused() -> None:
    with pytest.raises(ValueError, match="rgbd_0"):
        FusionActorCritic(
            observation_space(ObservationSpec.of(BALANCE_KEYS)),
            action_space(),
            lambda _: 1e-3,
            policy_with_random_parts(KEYS),
            PpoSettings(),
        )
