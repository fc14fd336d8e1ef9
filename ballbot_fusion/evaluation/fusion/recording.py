"""Record observations while a policy drives in held-out worlds, with every sensor healthy."""

from collections.abc import Sequence

from ballbot_fusion.core import tick as core
from ballbot_fusion.core.command import CommandLimits
from ballbot_fusion.core.frame_stack import STACKS, frame_shape
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import IMAGES, MODALITIES, Observation, ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.fusion.samples import Array, Recording
from ballbot_fusion.evaluation.scenario import Scenario, build
from ballbot_fusion.evaluation.script import Saying, Sayings
from ballbot_fusion.evaluation.suites.drives import steps
from ballbot_fusion.language.instructions import vocabulary
from ballbot_fusion.simulation.operator import Errand
from ballbot_fusion.simulation.terrain import COURSES
from ballbot_fusion.simulation.terrain.course import make_course

TERRAINS = (*COURSES, "flat", "rough")
KEYS = tuple(
    key
    for key in MODALITIES
    if key not in STACKS and (key not in IMAGES or IMAGES[key][1] == "depth")
)
"""All that a robot with depth cameras senses, single frames: samples make stacks of them."""
SPEED = 0.5
"""Commanded on courses, m/s."""
SETTLED_S = 1.0
"""Nothing is kept before: the robot has just been let go."""
EVERY_TICKS = 97
"""Half a second at 200 Hz, but no multiple of a camera's period: frames of every age are kept."""


SAID_EVERY_S = 2.0
"""How often something is said, whether or not anybody who drives listens to words."""


def sayings(seed: int, seconds: float) -> Sayings:
    """Paraphrases that no training heard, one after another; ``seed`` says with which it begins."""
    intents = [intent.held_out for intent in vocabulary().intents.values()]
    found = []
    for number in range(int(seconds / SAID_EVERY_S) + 1):
        phrases = intents[(seed + number) % len(intents)]
        found.append(Saying(number * SAID_EVERY_S, phrases[(seed + number) % len(phrases)]))
    return tuple(found)


class WideDriver:
    """A policy that drives while all of ``KEYS`` is observed: other policies may need more."""

    def __init__(self, robot: RobotConfig, runtime: PolicyRuntime, keys: Sequence[str]) -> None:
        """Observe ``keys``, which include those of the policy, or what its stacks are made of."""
        self._runtime = runtime
        # One image of each camera is kept: what the policy has stacked is observed as a stack.
        stacks = {single: key for key, single in STACKS.items() if key in runtime.spec.keys}
        wide = [stacks.get(key, key) for key in keys]
        self._sensing = Sensing(ObservationSpec.of(wide), robot, CommandLimits())
        self._state = initial_state(0, 0)
        self._columns = [wide.index(key) for key in runtime.spec.keys]

    def act(self, samples: Sequence[Sample], now_ns: int) -> tuple[Tick, Vector]:
        """See evaluation.drivers.Driver."""
        result = core.tick(self._sensing, self._state, samples, now_ns)
        self._state = result.state
        own = {key: result.observation[key] for key in self._runtime.spec.keys}
        output = self._runtime.act(own, result.mask[self._columns], result.fresh)
        scale = self._runtime.metadata.action_scale
        a, b, c = (float(x) * by for x, by in zip(output.action, scale, strict=True))
        return result, (a, b, c)


def single_frames(observation: Observation) -> Observation:
    """Return a copy with the newest frame of each stack in its place."""
    return {
        STACKS.get(key, key): value[: frame_shape(key, value.shape)[0]].copy()
        for key, value in observation.items()
    }


def record(
    policy: str, terrain: str, seed: int, seconds: float, keys: Sequence[str] = KEYS
) -> Recording:
    """Drive one episode; return observations and masks of every ``EVERY_TICKS`` ticks.

    On courses an operator drives to the goal behind the hazard and back, elsewhere velocity steps.
    All the time something is said, which policies that listen to words are asked about.
    """
    scenario = Scenario(
        policy, terrain, seed, orders=() if terrain in COURSES else steps(seed, seconds)
    )
    steer = Errand(make_course(terrain, seed).goal, SPEED).command if terrain in COURSES else None
    loop = build(scenario, steer, sayings(seed, seconds)).loop
    loop.driver = WideDriver(scenario.robot, PolicyRuntime.load(policy, scenario.robot), keys)
    observations: list[Observation] = []
    masks: list[Array] = []
    ticks = 0

    def keep(tick: Tick) -> None:
        nonlocal ticks
        released_ns = loop.log.released_ns
        if released_ns is None or loop.plant.time_ns - released_ns < round(SETTLED_S * 1e9):
            return
        if ticks % EVERY_TICKS == 0:
            observations.append(single_frames(tick.observation))
            masks.append(tick.mask.copy())
        ticks += 1

    loop.run(seconds, keep)
    return observations, masks
