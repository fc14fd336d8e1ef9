from collections.abc import Sequence
from dataclasses import replace
from math import inf
from pathlib import Path

import pytest

from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.estimator import ZERO
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.safety_settings import SafetySettings
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.closed_loop import SafetyDriver
from ballbot_fusion.evaluation.drivers import Driver, PolicyDriver
from ballbot_fusion.evaluation.scenario import LQR, Episode, Scenario, build

SHORT = Scenario(LQR, "rough", seed=1, cameras=False)


def hash_of(scenario: Scenario, seconds: float = 0.5) -> str:
    return str(build(scenario).run(seconds)["trajectory_sha256"])


def test_the_same_scenario_gives_the_same_bits() -> None:
    assert hash_of(SHORT) == hash_of(SHORT)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 2},
        {"terrain": "flat"},
        {"noise": False},
        {"velocity": (0.3, 0.0, 0.0)},
        {"drivetrain": "rollers"},
    ],
)
def test_everything_in_a_scenario_counts(change: dict[str, object]) -> None:
    assert hash_of(SHORT) != hash_of(replace(SHORT, **change))  # type: ignore[arg-type]


def test_a_policy_sees_through_its_cameras(contrary: Path) -> None:
    """A policy's action depends on every input, so blindness must show in the bits."""
    seeing = Scenario(str(contrary), "rough", seed=1)
    assert hash_of(seeing, 0.2) != hash_of(replace(seeing, cameras=False), 0.2)


def test_the_stand_holds_until_safety_is_armed() -> None:
    episode = build(SHORT)
    loop = episode.loop
    while loop.plant.simulation.held:
        assert loop.safety.state.mode is Mode.DISARMED
        assert loop.effort == ZERO
        loop.step()
    assert loop.safety.state.mode is Mode.ARMED
    assert 0.3 <= loop.plant.time_ns * 1e-9 < 1.0


def test_a_run_lasts_as_long_as_asked() -> None:
    figures = build(SHORT).run(0.5)
    assert figures["upright_s"] == pytest.approx(0.5)
    assert figures["policy_share"] == 1.0
    assert figures["safety"] == "ARMED"


def fallen(contrary: Path, *, beyond_fall: bool) -> Episode:
    episode = build(Scenario(str(contrary), cameras=False))
    episode.loop.run(3.0, beyond_fall=beyond_fall)
    assert episode.loop.log.fell
    return episode


def test_a_run_ends_with_a_fall_unless_asked_otherwise(contrary: Path) -> None:
    ended, went_on = (fallen(contrary, beyond_fall=beyond) for beyond in (False, True))
    assert ended.loop.log.upright_ns == went_on.loop.log.upright_ns
    released_ns = went_on.loop.log.released_ns
    assert released_ns is not None
    assert went_on.loop.plant.time_ns - released_ns == 3_000_000_000
    assert ended.loop.plant.time_ns < went_on.loop.plant.time_ns


def test_a_silent_policy_is_replaced_and_shows_in_its_share() -> None:
    episode = build(SHORT)
    act = episode.loop.driver.act
    episode.loop.run(0.5)

    class Mute:
        def act(self, samples, now_ns):  # type: ignore[no-untyped-def]
            tick, _ = act(samples, now_ns)
            return tick, None

    episode.loop.driver = Mute()
    figures = episode.run(2.0)
    assert figures["safety"] == "FALLBACK"
    assert not figures["fell"], "the classical controller takes over"
    assert 0.2 < figures["policy_share"] < 0.5


class Mute:
    """A driver that says nothing between two times, s."""

    def __init__(self, driver: Driver, start_s: float, stop_s: float) -> None:
        self._driver, self._start_s, self._stop_s = driver, start_s, stop_s

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, tuple[float, ...] | None]:
        tick, effort = self._driver.act(samples, now_ns)
        silent = self._start_s <= now_ns * 1e-9 < self._stop_s
        return tick, None if silent else effort


def test_safety_decides_on_the_policys_tick_as_on_its_own() -> None:
    """In the fallback too, where all of the estimate counts."""

    def bits(*, ticks: bool) -> tuple[str, float]:
        loop = build(Scenario(LQR, "rough", 3, cameras=False, velocity=(0.3, 0.0, 0.0))).loop
        loop.driver = Mute(loop.driver, 0.9, 1.4)
        loop.safety = SafetyDriver(RobotConfig(), 200, SafetySettings(), ticks=ticks)
        loop.run(1.5)
        return str(loop.summary()["trajectory_sha256"]), float(loop.summary()["policy_share"])

    (shared, share), (own, _) = bits(ticks=False), bits(ticks=True)
    assert shared == own
    assert 0.0 < share < 1.0


def test_a_policy_withholds_commands_in_states_that_it_was_not_trained_for() -> None:
    """As if training had never seen it roll: it rolls, safety takes over, it stays upright."""
    policy = str(policy_path("default"))
    runtime = PolicyRuntime.load(policy, RobotConfig())
    known = {"vel": {"min": [0.0] * 3, "max": [0.0] * 3}}
    runtime.metadata = runtime.metadata.model_copy(update={"statistics": known})
    episode = build(Scenario(policy, cameras=False))
    episode.loop.driver = PolicyDriver(RobotConfig(), runtime, CommandLimits())
    figures = episode.run(2.0)
    assert not figures["fell"]
    assert 0.0 < figures["policy_share"] < 1.0


def test_what_never_arms_says_why() -> None:
    episode = build(SHORT)
    episode.loop.driver = Mute(episode.loop.driver, 0.0, inf)
    with pytest.raises(RuntimeError, match=r"did not arm within 5 s.*the policy is silent"):
        episode.run(1.0)
