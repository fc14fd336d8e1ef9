"""BallbotFusion-v0: the simulated robot behind the very tick that runs on the real one."""

from collections.abc import Callable, Mapping
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.settings import validate
from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.simulation.faults import FaultPlan
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.training.env.episode import Episode
from ballbot_fusion.training.env.settings import EnvSettings
from ballbot_fusion.training.env.spaces import action_space, observation_space, observed
from ballbot_fusion.training.env.worlds import Worlds
from ballbot_fusion.training.reward import Terms, reward

Domain = Callable[[np.random.Generator], SimulationSettings]
"""Draws the errors of one episode's sensors and motors: domain randomisation."""
PICTURE = (640, 480)
"""Width and height of rendered pictures."""


class BallbotEnv(gymnasium.Env):
    """One robot. A step is ``frame_skip`` control periods under one action.

    Observation: one entry per key of the spec and ``mask``, all as the tick yields them: sensors at
    their rates, with noise and latency, real ages, masks. Action: (3,) wheel torques in [-1, 1],
    shares of the largest; what lies outside is clipped. Reward: see training/reward.py. An episode
    terminates with a fall or a contact (``info``: ``fell``, ``touched``) and is truncated after
    ``rollout.episode_s``; ``info`` then also has the sum of each of the reward's terms.

    Everything random in an episode follows from ``reset(seed=...)`` and the episodes since.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 200.0}  # noqa: RUF012

    def __init__(
        self,
        settings: EnvSettings | Mapping[str, Any] | None = None,
        *,
        frame_skip: int | None = None,
        robot: RobotConfig | None = None,
        faults: FaultPlan = (),
        domain: Domain | None = None,
        render_mode: str | None = None,
    ) -> None:
        """Prepare; the first reset builds a world.

        Args:
            settings: see EnvSettings; a dictionary is checked.
            frame_skip: instead of that in ``settings``.
            robot: what is simulated; default the one of config/robot.yaml, with cameras of the kind
                that the keys name.
            faults: of the sensors, in every episode: latency ("late"), "jitter" and what else
                simulation/faults/ has.
            domain: draws the errors of each episode, instead of those in ``settings``.
            render_mode: None or "rgb_array".

        Raises:
            ValueError: settings that make no sense, images that the robot's cameras cannot give, or
                a render mode that there is not.
        """
        given = settings if isinstance(settings, EnvSettings) else dict(settings or {})
        checked = validate(EnvSettings, given, "the environment's settings")
        if frame_skip is not None:
            values = {**checked.model_dump(), "frame_skip": frame_skip}
            checked = validate(EnvSettings, values, "the environment's settings")
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f"Unknown render_mode {render_mode!r}; use None or 'rgb_array'.")
        self.settings, self.render_mode = checked, render_mode
        self.metadata = {**self.metadata, "render_fps": checked.rate_hz / checked.frame_skip}
        spec = ObservationSpec.of(checked.keys)
        self.robot = robot or with_cameras_for(spec, RobotConfig())
        self.sensing = Sensing(spec, self.robot, checked.limits)
        self.observation_space = observation_space(self.sensing.spec)
        self.action_space = action_space()
        self._worlds = Worlds(checked, self.robot, faults)
        self._domain = domain or (lambda _: checked.simulation)
        self._step_s = checked.frame_skip / checked.rate_hz
        self._episode: Episode | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start an episode: the stand holds the robot until its sensors are trusted, then lets go.

        Args:
            seed: starts the sequence of episodes anew; None goes on with it.
            options: ``terrain``, a kind of ``rollout.terrains``, instead of a random one.

        Raises:
            ValueError: unknown options.
        """
        super().reset(seed=seed)
        rng = np.random.default_rng(int(self.np_random.integers(2**63)))
        self._episode = Episode(
            self.sensing, self._worlds, self.settings, self._terrain(rng, options), rng,
            self._domain(rng),
        )  # fmt: skip
        self._last: NDArray[np.float32] = np.zeros(3, np.float32)
        self._sums: Terms = {}
        self._elapsed = 0
        result, mask = self._episode.start()
        return observed(result, mask), {"terrain": self._episode.terrain}

    def _terrain(self, rng: np.random.Generator, options: dict[str, Any] | None) -> str:
        kinds, options = self.settings.rollout.terrains, options or {}
        drawn = kinds[int(rng.integers(len(kinds)))]
        asked: str = options.get("terrain", drawn)
        if asked not in kinds or set(options) - {"terrain"}:
            raise ValueError(
                f"Unknown options {options}: the only one is 'terrain', one of {list(kinds)}."
            )
        return asked

    @property
    def episode(self) -> Episode:
        """The present episode.

        Raises:
            RuntimeError: there is none yet.
        """
        if self._episode is None:
            raise RuntimeError("There is no episode yet: call reset() first.")
        return self._episode

    @property
    def simulation(self) -> Simulation:
        """The present simulation, for its ground truth."""
        return self.episode.plant.simulation

    def step(
        self, action: NDArray[np.float32]
    ) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Apply ``action`` (3,) for ``frame_skip`` control periods.

        Raises:
            ValueError: an action that is not three finite numbers.
        """
        episode = self.episode
        action = np.clip(np.asarray(action, np.float32), -1.0, 1.0)
        for _ in range(self.settings.frame_skip):
            result, mask = episode.advance(action)
            if episode.over:
                break
        terms = self._earned(result, action, episode.over)
        self._elapsed += 1
        truncated = not episode.over and self._elapsed >= self._steps
        info = self._summary() if episode.over or truncated else {}
        return observed(result, mask), sum(terms.values()), episode.over, truncated, info

    @property
    def _steps(self) -> int:
        """Steps of a whole episode."""
        return max(round(self.settings.rollout.episode_s / self._step_s), 1)

    def _earned(self, result: Tick, action: NDArray[np.float32], fell: bool) -> Terms:
        terms = reward(
            self.simulation.ground_truth(), result.state.command, action, self._last, fell,
            self._step_s, self.settings.reward,
        )  # fmt: skip
        self._last = action
        self._sums = {name: self._sums.get(name, 0.0) + value for name, value in terms.items()}
        return terms

    def _summary(self) -> dict[str, Any]:
        ended = {"fell": self.simulation.fallen, "touched": self.simulation.touched}
        return {**ended, **{f"reward_{name}": value for name, value in self._sums.items()}}

    def render(self) -> NDArray[np.uint8] | None:
        """Return a picture (480, 640, 3), RGB; None without a render mode.

        Raises:
            RendererError: there is no usable GL here.
        """
        if self.render_mode is None:
            return None
        from ballbot_fusion.simulation.rendering.view import render_view

        return render_view(self.simulation, *PICTURE)
