"""One labelled episode: the student (or the teacher) drives, the teacher says what it would do."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.samples import (
    CommandSample,
    InstructionSample,
    Sample,
    Source,
)
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import INSTRUCTION, ObservationSpec
from ballbot_fusion.core.tick import Tick, tick
from ballbot_fusion.core.tick_state import TickState, initial_state
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.simulation.plant import Plant
from ballbot_fusion.simulation.teacher.alive import alive_index
from ballbot_fusion.simulation.teacher.teacher import Teacher
from ballbot_fusion.training.dataset import Samples
from ballbot_fusion.training.episode import PUSH_S, Script, script
from ballbot_fusion.training.hiding import Hiding
from ballbot_fusion.training.recorder import Recorder
from ballbot_fusion.training.roaming import roaming
from ballbot_fusion.training.settings import TrainSettings
from ballbot_fusion.training.voice import Voice
from ballbot_fusion.training.world import make_plant

STAND_TICKS = 16
"""Periods on the stand before it lets go: every stream is trusted by then, cameras last."""
LOOK_TICKS = 7
"""Periods between looks of the teacher, at least: about a camera's."""


class Rollout:
    """Runs one episode; everything random in it comes from ``seed``."""

    def __init__(self, settings: TrainSettings, robot: RobotConfig, seed: tuple[int, int]) -> None:
        """``seed`` is (round, episode); it also chooses the terrain."""
        self.settings = settings
        self.robot = robot
        full_seed = (settings.seed, *seed)
        terrains = settings.rollout.terrains
        name = terrains[seed[1] % len(terrains)]
        self._rng = np.random.default_rng((*full_seed, 1))
        self.plant: Plant = make_plant(
            robot,
            name,
            full_seed,
            settings,
            randomise=self._rng.random() < settings.rollout.randomised_share,
        )
        self.script: Script = script(full_seed, name, settings.rollout, settings.limits)
        self._sensing = Sensing(ObservationSpec.of(settings.keys), robot, settings.limits)
        terrain = self.plant.simulation.terrain
        self._teacher = Teacher(robot, settings.rate_hz, terrain, settings.teacher)
        self._ticks = STAND_TICKS + round(settings.rollout.episode_s * settings.rate_hz)
        self._hiding = Hiding.drawn(
            self._rng, self._sensing.spec, self._ticks, settings.rate_hz, settings.outages
        )
        self._roaming = roaming(self._rng, terrain, settings.rollout, settings.limits)
        told = INSTRUCTION in self._sensing.spec
        self._voice = Voice(full_seed, settings.rollout) if told else None

    def run(self, student: PolicyRuntime | None) -> Samples:
        """Drive to the end or to a fall; the teacher drives where there is no student."""
        recorder = Recorder(self._sensing.spec)
        state, effort = initial_state(0, 0), (0.0, 0.0, 0.0)
        simulation, looked = self.plant.simulation, -LOOK_TICKS
        for count in range(self._ticks):
            if count == STAND_TICKS:
                simulation.release()
            result = self._tick(state, effort)
            state, truth = result.state, simulation.ground_truth()
            recorder.see(result)
            if result.fresh or count - looked >= LOOK_TICKS:
                self._teacher.look(truth)
                looked = count
            kept = count % self.settings.rollout.keep_every == 0
            action: Vector = (0.0, 0.0, 0.0)
            if kept or student is None:
                slope = result.estimate.level.slope
                lesson = self._teacher.lesson(truth, state.command, slope)
                alive = alive_index(result.mask[None], self._sensing.spec)[0]
                action = self._noisy(lesson.actions[alive])
                if kept:
                    recorder.keep(result, lesson)
            if student is not None:
                action = tuple(student.answer(result).action.tolist())
            effort = self._effort(action) if count >= STAND_TICKS else (0.0, 0.0, 0.0)
            self._push()
            if simulation.fallen:
                break
        return recorder.samples()

    def _tick(self, state: TickState, effort: Vector) -> Tick:
        """Sense what works: broken cameras are silent, other outages are masked."""
        heard, works = self._hiding.next_tick(self.plant.advance(effort))
        result = tick(self._sensing, state, [*heard, *self._messages(effort)], self.plant.time_ns)
        return result._replace(mask=result.mask * works)

    def _messages(self, effort: Vector) -> list[Sample]:
        """What else arrives: the echo of the motor command, and what the operator wants."""
        now_ns = self.plant.time_ns
        seconds = now_ns * 1e-9
        echo = self._sensing.joints.echo(effort, now_ns, now_ns)
        if self._voice is not None:
            return [echo, *self._told(self._voice, now_ns)]
        command = self._wish(seconds) or self.script.command_at(seconds)
        return [echo, CommandSample(Source.COMMAND, now_ns, now_ns, command)]

    def _wish(self, seconds: float) -> Vector | None:
        """Command of an operator who wants to get somewhere; None: there is none."""
        if self._roaming is None:
            return None
        return self._roaming.command(self.plant.simulation.ground_truth(), seconds)

    def _told(self, voice: Voice, now_ns: int) -> list[Sample]:
        """An instruction for the student; for its teacher, the command that it stands for."""
        seconds = now_ns * 1e-9
        said = voice.say(seconds, self._wish(seconds))
        command = CommandSample(Source.COMMAND, now_ns, now_ns, voice.command)
        if said is None:
            return [command]
        return [command, InstructionSample(Source.INSTRUCTION, now_ns, now_ns, said)]

    def _noisy(self, label: NDArray[np.float32]) -> Vector:
        a, b, c = label + self._rng.normal(0.0, self.settings.rollout.action_noise, 3)
        return (float(a), float(b), float(c))

    def _effort(self, action: Vector) -> Vector:
        scale = self.robot.wheels.max_torque
        a, b, c = (min(max(value, -1.0), 1.0) * scale for value in action)
        return (a, b, c)

    def _push(self) -> None:
        stop = self.plant.time_ns * 1e-9
        for force in self.script.pushes_in(stop - 1.0 / self.settings.rate_hz, stop):
            self.plant.simulation.push(force, PUSH_S)


def roll_out(
    path: Path,
    settings: TrainSettings,
    robot: RobotConfig,
    seed: tuple[int, int],
    model: bytes | None,
) -> None:
    """Run one episode in a worker process and save it to ``path``.

    The student drives: ``model`` is what ``exported`` made of it. Without one, the teacher does.
    """
    student = None if model is None else PolicyRuntime.of_model(model)
    Rollout(settings, robot, seed).run(student).save(path)
