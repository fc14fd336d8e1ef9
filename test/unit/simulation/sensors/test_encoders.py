from math import pi

import numpy as np
import pytest

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import JointSample
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

ROBOT = RobotConfig()
TICK = 2.0 * pi / ROBOT.encoders.ticks_per_revolution


def run(settings: SimulationSettings, steps: int = 400) -> tuple[Simulation, list[JointSample]]:
    """Wheels driven on the stand."""
    simulation = Simulation(ROBOT, make_terrain("flat", 0), seed=5, settings=settings)
    found = [sample for _ in range(steps) for sample in simulation.step((0.02, -0.01, 0.03))]
    return simulation, [sample for sample in found if isinstance(sample, JointSample)]


def test_names_efforts_and_rate() -> None:
    _, samples = run(SimulationSettings())
    assert len(samples) == 200
    assert {sample.names for sample in samples} == {ROBOT.joint_names}
    assert {sample.effort for sample in samples} == {(0.02, -0.01, 0.03)}


def test_positions_are_whole_ticks() -> None:
    _, samples = run(SimulationSettings(noise=False))
    ticks = np.array([sample.position for sample in samples]) / TICK
    assert np.abs(ticks - np.rint(ticks)).max() < 1e-6
    assert np.abs(ticks[-1]).min() > 100


def test_positions_are_the_integral_of_the_speeds() -> None:
    _, samples = run(SimulationSettings(noise=False))
    travelled = np.array([sample.velocity for sample in samples]).sum(axis=0) * 0.002
    assert samples[-1].position == pytest.approx(travelled, rel=0.01)


def test_perfect_speeds_are_those_of_the_wheels() -> None:
    simulation, samples = run(SimulationSettings(noise=False))
    assert samples[-1].velocity == pytest.approx(tuple(simulation.data.actuator_velocity))


def test_speed_noise_has_the_stated_size() -> None:
    settings = SimulationSettings()
    _, perfect = run(SimulationSettings(noise=False), 2000)
    _, noisy = run(settings, 2000)
    errors = np.array([s.velocity for s in noisy]) - np.array([s.velocity for s in perfect])
    assert errors.std() == pytest.approx(settings.encoders.velocity_noise, rel=0.05)
    assert abs(errors.mean()) < 0.005
