from math import radians

import numpy as np
import pytest

from ballbot_fusion.core import rotation
from ballbot_fusion.core.robot import Imu, RobotConfig
from ballbot_fusion.core.samples import ImuSample
from ballbot_fusion.simulation.settings import ImuErrors, SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

PERFECT = SimulationSettings(noise=False)
GRAVITY = 9.81
REST = (0.0, 0.0, 0.0)


def simulated(
    settings: SimulationSettings = PERFECT,
    robot: RobotConfig | None = None,
    tilt_deg: float = 0.0,
    seed: int = 1,
) -> Simulation:
    return Simulation(
        robot or RobotConfig(),
        make_terrain("flat", 0),
        seed=seed,
        settings=settings,
        max_initial_tilt_deg=tilt_deg,
    )


def samples(simulation: Simulation, steps: int) -> list[ImuSample]:
    found = [sample for _ in range(steps) for sample in simulation.step(REST)]
    return [sample for sample in found if isinstance(sample, ImuSample)]


def settled(simulation: Simulation) -> ImuSample:
    return samples(simulation, 300)[-1]


def test_at_rest_it_feels_the_ground_push_upwards() -> None:
    sample = settled(simulated())
    assert sample.linear_acceleration == pytest.approx((0.0, 0.0, GRAVITY), abs=0.01)
    assert sample.angular_velocity == pytest.approx(REST, abs=0.001)
    assert sample.orientation == pytest.approx((0.0, 0.0, 0.0, 1.0), abs=0.001)


def test_force_and_orientation_agree_when_tilted() -> None:
    sample = settled(simulated(tilt_deg=15.0, seed=4))
    assert sample.orientation is not None
    assert rotation.tilt_of(sample.orientation) > radians(1.0)
    upwards = rotation.rotate(sample.orientation, sample.linear_acceleration)
    assert upwards == pytest.approx((0.0, 0.0, GRAVITY), abs=0.02)


def test_values_are_those_of_the_mounted_imu_link() -> None:
    mounted = RobotConfig(imu=Imu(rpy_deg=(90.0, 0.0, 0.0)))
    sample = settled(simulated(robot=mounted))
    # Rolled by +90 degrees, the y axis points up.
    assert sample.linear_acceleration == pytest.approx((0.0, GRAVITY, 0.0), abs=0.01)
    assert sample.orientation == pytest.approx((0.5**0.5, 0.0, 0.0, 0.5**0.5), abs=0.001)


def test_in_free_fall_it_feels_nothing() -> None:
    simulation = simulated()
    simulation.data.qpos[2] += 2.0
    simulation.hold()
    simulation.release()
    assert samples(simulation, 50)[-1].linear_acceleration == pytest.approx(REST, abs=0.01)


def test_no_orientation_when_the_imu_has_none() -> None:
    def turn_rates(orientation: bool) -> list[tuple[float, float, float]]:
        settings = SimulationSettings(imu=ImuErrors(orientation=orientation))
        found = samples(simulated(settings), 20)
        assert all((sample.orientation is not None) == orientation for sample in found)
        return [sample.angular_velocity for sample in found]

    assert turn_rates(True) == turn_rates(False)


def test_noise_and_bias_have_the_stated_size() -> None:
    errors = SimulationSettings().imu
    gyro, biases = [], []
    for seed in range(40):
        simulation = simulated(SimulationSettings(), seed=seed)
        samples(simulation, 200)
        rates = np.array([s.angular_velocity for s in samples(simulation, 200)])
        gyro.append(rates.std(axis=0))
        biases.append(rates.mean(axis=0))
    assert np.mean(gyro) == pytest.approx(errors.gyro_noise, rel=0.1)
    assert np.std(biases) == pytest.approx(errors.gyro_bias, rel=0.25)


def test_samples_come_at_the_rate_of_the_robot_file() -> None:
    slow = RobotConfig(imu=Imu(rate_hz=400.0))
    stamps = [sample.stamp_ns for sample in samples(simulated(robot=slow), 1000)]
    assert len(stamps) == 400
    assert set(np.diff(stamps)) == {2_000_000, 3_000_000}


def test_each_run_has_noise_of_its_own() -> None:
    """Also when the biases, which are constant, are taken away."""

    def changes(seed: int) -> tuple[np.ndarray, ...]:
        found = samples(simulated(SimulationSettings(), seed=seed), 50)
        return (
            np.diff([sample.angular_velocity for sample in found], axis=0),
            np.diff([sample.linear_acceleration for sample in found], axis=0),
        )

    for one, again, other in zip(changes(1), changes(1), changes(2), strict=True):
        assert np.array_equal(one, again)
        correlation = np.corrcoef(one[10:, 0], other[10:, 0])[0, 1]
        assert abs(correlation) < 0.5
