import warnings
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env as gymnasium_check
from stable_baselines3.common.env_checker import check_env as stable_baselines3_check

from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.samples import CommandSample, Sample, Source
from ballbot_fusion.core.settings import SettingsError
from ballbot_fusion.core.spec import BALANCE_KEYS, DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.simulation.faults import Fault
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.training.env import ID
from ballbot_fusion.training.env.environment import BallbotEnv
from ballbot_fusion.training.env.episode import STAND_S

BLIND: dict[str, Any] = {"keys": BALANCE_KEYS, "rollout": {"terrains": ["flat"]}}
SEEING: dict[str, Any] = {
    "rollout": {"terrains": ["rough"], "roaming_share": 0.0, "standing_share": 0.0},
}
STAND_TICKS = round(STAND_S * 200)
Observations = list[dict[str, np.ndarray]]


@pytest.fixture(scope="module")
def seeing() -> BallbotEnv:
    """Its ground is built once; every test resets it."""
    return BallbotEnv({**SEEING, "grounds": 1})


def driven(env: BallbotEnv, seed: int | None, steps: int = 20) -> tuple[Observations, list[float]]:
    """Observations and rewards of small, varied actions."""
    seen, rewards = [env.reset(seed=seed)[0]], []
    for step in range(steps):
        action = 0.1 * np.sin(np.arange(3) + step).astype(np.float32)
        observation, reward, *_ = env.step(action)
        seen.append(observation)
        rewards.append(reward)
    return seen, rewards


def assert_same(left: Observations, right: Observations) -> None:
    for one, other in zip(left, right, strict=True):
        assert one.keys() == other.keys()
        for key in one:
            np.testing.assert_array_equal(one[key], other[key], err_msg=key)


def test_gymnasium_is_content() -> None:
    env = gymnasium.make(ID, settings=SEEING)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # The picture has a test of its own, which may be skipped where there is no GL.
        gymnasium_check(env.unwrapped, skip_render_check=True)


def test_stable_baselines3_is_content() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # Depth is a float in [0, 1], not the byte that its CNN expects; our extractor takes it.
        warnings.filterwarnings("ignore", message=".*(image|Image).*")
        stable_baselines3_check(BallbotEnv(SEEING), skip_render_check=True)


def test_the_space_has_the_spec_s_keys_in_its_order_and_the_mask() -> None:
    space = BallbotEnv().observation_space
    assert list(space) == [*DEPLOYED_KEYS, "mask"]
    assert list(BallbotEnv(BLIND).observation_space) == [*BALANCE_KEYS, "mask"]


def test_the_same_seed_gives_the_same_bits_whatever_came_before(seeing: BallbotEnv) -> None:
    first, rewards = driven(seeing, 3)
    driven(seeing, 4)
    again, rewards_again = driven(seeing, 3)
    assert_same(first, again)
    assert rewards == rewards_again
    fresh, _ = driven(BallbotEnv({**SEEING, "grounds": 1}), 3)
    assert_same(first, fresh)


def test_episodes_differ_by_seed_and_from_one_to_the_next(seeing: BallbotEnv) -> None:
    starts = [seeing.reset(seed=seed)[0]["orientation"] for seed in (3, 4, None, None)]
    assert len({start.tobytes() for start in starts}) == 4


def test_it_observes_what_the_tick_makes_of_the_same_samples(
    seeing: BallbotEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An own run of core.tick on all that the plant and the operator sent gives the same bits."""
    periods: list[tuple[list[Sample], int]] = []
    advance = Plant.advance

    def recorded(plant: Plant, effort: Any, echo: Any = ()) -> list[Sample]:
        samples = advance(plant, effort, echo)
        periods.append((samples, plant.time_ns))
        return samples

    monkeypatch.setattr(Plant, "advance", recorded)
    seen, _ = driven(seeing, 5)
    commands = seeing.episode.script
    state, found = initial_state(0, 0), []
    for count, (samples, now_ns) in enumerate(periods):
        driving = count >= STAND_TICKS
        wanted = commands.command_at((count - STAND_TICKS) / 200) if driving else ZERO
        command = CommandSample(Source.COMMAND, now_ns, now_ns, wanted)
        result = tick(seeing.sensing, state, [*samples, command], now_ns)
        state = result.state
        found.append({**result.observation, "mask": result.mask})
    assert_same(seen, found[STAND_TICKS - 1 :])
    assert np.abs(seen[-1]["command"]).max() > 0.0, "nobody commanded: the test shows too little"
    assert seen[-1]["rgbd_0"].any()


def test_the_action_is_seen_as_the_last_command_to_the_motors(seeing: BallbotEnv) -> None:
    seeing.reset(seed=0)
    observation, *_ = seeing.step(np.array([0.2, -0.4, 2.0], np.float32))
    np.testing.assert_allclose(observation["actions"], [0.2, -0.4, 1.0], atol=1e-6)


def test_masks_and_ages_are_real() -> None:
    """A camera that falls silent is masked after 100 ms, and the age of its frame grows."""
    env = BallbotEnv({**SEEING, "grounds": 1}, faults=(Fault("missing", Source.CAMERA_0),))
    spec = ObservationSpec.of(DEPLOYED_KEYS)
    seen, _ = driven(env, 0, steps=40)
    masks = np.array([observation["mask"] for observation in seen])
    assert masks[0].all(), "everything is trusted when the stand lets go"
    assert not masks[-1][spec.keys.index("rgbd_0")]
    assert masks[-1][spec.keys.index("rgbd_1")]
    ages = np.array([observation["image_age"] for observation in seen])
    assert ages[-1][0] > 0.19
    assert ages[:, 1].max() < 0.06


def test_outages_of_training_show_in_mask_and_age() -> None:
    how = {"camera_episode": 1.0, "single": 0.0, "vector_every_s": 0.02, "vector_s": (0.02, 0.05)}
    env = BallbotEnv({**SEEING, "grounds": 1, "outages": how})
    seen, _ = driven(env, 0)
    masks = np.array([observation["mask"] for observation in seen])
    assert not masks[:, 5:7].any()
    assert 0.1 < masks[:, :5].mean() < 0.9
    assert masks[:, 7:].all()
    assert (seen[0]["image_age"] == 0.5).all()


def test_latency_of_the_cameras_is_seen_in_the_age() -> None:
    soon, late = (
        driven(
            BallbotEnv({**SEEING, "grounds": 1, "simulation": {"depth": {"latency_s": ms * 1e-3}}}),
            0,
        )[0]
        for ms in (0.0, 20.0)
    )
    youngest = [min(o["image_age"].min() for o in seen) for seen in (soon, late)]
    assert youngest[0] < 0.005
    assert 0.02 <= youngest[1] < 0.025


def test_domain_randomisation_draws_for_every_episode() -> None:
    drawn = []

    def domain(rng: np.random.Generator) -> SimulationSettings:
        drawn.append(SimulationSettings(motor_delay_s=float(rng.uniform(0.0, 0.02))))
        return drawn[-1]

    env = BallbotEnv(BLIND, domain=domain)
    for seed in (0, 1, 0):
        env.reset(seed=seed)
        assert env.simulation.settings == drawn[-1]
    assert drawn[0] == drawn[2] != drawn[1]


def test_a_robot_left_alone_falls_and_the_episode_ends() -> None:
    env = BallbotEnv(BLIND)
    env.reset(seed=0)
    for _ in range(1000):
        observation, reward, terminated, truncated, info = env.step(np.zeros(3, np.float32))
        if terminated:
            break
        assert info == {}
    assert terminated
    assert not truncated
    assert info["fell"]
    assert not info["touched"]
    assert info["reward_fall"] == -env.settings.reward.fall
    assert reward < -4.0
    assert env.observation_space.contains(observation)


def test_time_runs_out_with_a_truncation() -> None:
    env = BallbotEnv({**BLIND, "rollout": {"terrains": ["flat"], "episode_s": 0.1}}, frame_skip=2)
    env.reset(seed=0)
    ends = [env.step(np.zeros(3, np.float32))[2:4] for _ in range(10)]
    assert ends == [(False, False)] * 9 + [(False, True)]


def test_a_step_holds_its_action_for_some_control_periods() -> None:
    one, two = BallbotEnv(BLIND), BallbotEnv(BLIND, frame_skip=2)
    for env in (one, two):
        env.reset(seed=1)
    action = np.array([0.1, 0.0, -0.1], np.float32)
    one.step(action)
    by_ones = one.step(action)[0]
    at_once = two.step(action)[0]
    assert_same([by_ones], [at_once])
    assert two.metadata["render_fps"] == 100.0


def test_a_terrain_may_be_asked_for() -> None:
    env = BallbotEnv({"keys": BALANCE_KEYS, "grounds": 1})
    for name in ("rough", "flat", "rough"):
        assert env.reset(seed=0, options={"terrain": name})[1]["terrain"] == name
        assert env.simulation.terrain.name == name
    with pytest.raises(ValueError, match=r"terrain.*\['flat', 'rough'\]"):
        env.reset(options={"terrain": "moon"})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"frame_skip": 0}, "frame_skip"),
        ({"keys": ["sonar"]}, "sonar"),
        ({"rollout": {"terrains": ["crates"]}}, "crates"),
        ({"reward": {"smile": 1.0}}, "smile"),
    ],
)
def test_settings_that_cannot_be_are_named(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        BallbotEnv(settings)


def test_misuse_is_explained() -> None:
    with pytest.raises(ValueError, match="human"):
        BallbotEnv(render_mode="human")
    with pytest.raises(RuntimeError, match="reset"):
        BallbotEnv().step(np.zeros(3, np.float32))
    env = BallbotEnv(BLIND)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="finite"):
        env.step(np.full(3, np.nan, np.float32))
