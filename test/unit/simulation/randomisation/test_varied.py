from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.settings import SettingsError
from ballbot_fusion.simulation.model import BASE, build_model
from ballbot_fusion.simulation.randomisation import RandomisationSettings, Varied, varied
from ballbot_fusion.simulation.randomisation.draws import Draws, Quantity
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

ROBOT, ERRORS, RANGES = RobotConfig(), SimulationSettings(), RandomisationSettings()
SEEDS = st.integers(0, 2**32 - 1)
NOTHING = RandomisationSettings.model_validate(
    {
        "body": dict.fromkeys(type(RANGES.body).model_fields, (1, 1)),
        "motors": {"gain": (1, 1), "delay_s": (0, 0)},
        "sensors": dict.fromkeys(type(RANGES.sensors).model_fields, (1, 1))
        | {"camera_latency_s": (0.01, 0.01)},
        "mounts": dict.fromkeys(type(RANGES.mounts).model_fields, 0),
    }
)


def drawn(seed: int, ranges: RandomisationSettings = RANGES) -> Varied:
    return varied(ROBOT, ERRORS, seed, ranges)


def leaves(value: Any) -> Iterator[Any]:
    """All plain values of a settings model, depth first."""
    if isinstance(value, dict):
        for part in value.values():
            yield from leaves(part)
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def numbers(found: Varied) -> list[Any]:
    return [*leaves(found.robot.model_dump()), *leaves(found.errors.model_dump())]


def factors(found: Varied) -> list[tuple[float, float, tuple[float, float]]]:
    """(drawn, nominal, range of their ratio) of everything that is scaled."""
    body, motors, sensors = RANGES.body, RANGES.motors, RANGES.sensors
    robot, errors = found.robot, found.errors
    imu, nominal_imu = errors.imu, ERRORS.imu
    return [
        (robot.ball.mass, ROBOT.ball.mass, body.ball_mass),
        (robot.ball.friction, ROBOT.ball.friction, body.friction),
        (robot.ball.torsional_friction, ROBOT.ball.torsional_friction, body.friction),
        (robot.base.mass, ROBOT.base.mass, body.base_mass),
        (robot.base.com_height, ROBOT.base.com_height, body.com_height),
        *(
            (moment, nominal, body.base_inertia)
            for moment, nominal in zip(robot.base.inertia, ROBOT.base.inertia, strict=True)
        ),
        (errors.motor_gain, 1.0, motors.gain),
        (errors.motor_delay_s, 1.0, motors.delay_s),
        (imu.gyro_noise, nominal_imu.gyro_noise, sensors.imu_noise),
        (imu.accelerometer_noise, nominal_imu.accelerometer_noise, sensors.imu_noise),
        (imu.orientation_noise, nominal_imu.orientation_noise, sensors.imu_noise),
        (imu.gyro_bias, nominal_imu.gyro_bias, sensors.imu_bias),
        (imu.accelerometer_bias, nominal_imu.accelerometer_bias, sensors.imu_bias),
        (imu.orientation_bias, nominal_imu.orientation_bias, sensors.imu_bias),
        (errors.encoders.velocity_noise, ERRORS.encoders.velocity_noise, sensors.encoder_noise),
        (errors.depth.noise, ERRORS.depth.noise, sensors.depth_noise),
        (errors.depth.invalid_share, ERRORS.depth.invalid_share, sensors.depth_noise),
        (errors.depth.latency_s, 1.0, sensors.camera_latency_s),
    ]


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_every_draw_lies_within_its_range(seed: int) -> None:
    found = drawn(seed)
    for value, nominal, (low, high) in factors(found):
        assert low * nominal - 1e-12 <= value <= high * nominal + 1e-12
    for camera, nominal in zip(found.robot.cameras, ROBOT.cameras, strict=True):
        offsets = zip(camera.position, nominal.position, strict=True)
        assert all(abs(a - b) <= RANGES.mounts.offset_m + 1e-12 for a, b in offsets)
        assert abs(camera.yaw_deg - nominal.yaw_deg) <= RANGES.mounts.yaw_deg
        assert abs(camera.pitch_deg - nominal.pitch_deg) <= RANGES.mounts.pitch_deg


@settings(max_examples=20, deadline=None)
@given(SEEDS, SEEDS)
def test_a_seed_is_a_draw_and_another_seed_another(seed: int, other: int) -> None:
    assert drawn(seed) == drawn(seed)
    if seed != other:
        assert all(
            a[0] != b[0] for a, b in zip(factors(drawn(seed)), factors(drawn(other)), strict=True)
        )


def test_draws_reach_both_halves_of_every_range() -> None:
    above = [
        [value > nominal * (low + high) / 2 for value, nominal, (low, high) in factors(drawn(seed))]
        for seed in range(20)
    ]
    assert all(0 < sum(column) < 20 for column in zip(*above, strict=True))


def test_both_cameras_are_moved_and_each_on_its_own() -> None:
    first, second = drawn(1).robot.cameras
    a, b = ROBOT.cameras
    assert first.yaw_deg - a.yaw_deg != pytest.approx(second.yaw_deg - b.yaw_deg)
    assert first.position[2] - a.position[2] != pytest.approx(second.position[2] - b.position[2])


def test_ranges_without_width_give_the_nominal_robot() -> None:
    found = drawn(5, NOTHING)
    assert numbers(found) == pytest.approx(numbers(Varied(ROBOT, ERRORS)))


def test_what_is_not_varied_stays() -> None:
    found = drawn(5)
    same = ("name", "wheels", "imu", "encoders")
    assert all(getattr(found.robot, name) == getattr(ROBOT, name) for name in same)
    assert found.robot.ball.radius == ROBOT.ball.radius
    perfect = varied(ROBOT, SimulationSettings(noise=False), 5)
    assert perfect.errors.noise is False


def test_a_quantity_does_not_depend_on_the_others() -> None:
    """Another range for one leaves the draws of all others as they are."""
    wide = RandomisationSettings.model_validate({"body": {"ball_mass": (0.5, 2.0)}})
    usual, other = drawn(3), drawn(3, wide)
    assert usual.robot.ball.mass != other.robot.ball.mass
    assert usual.robot.base == other.robot.base
    assert usual.errors == other.errors
    assert len({Draws(3).between(quantity, (0.0, 1.0)) for quantity in Quantity}) == len(Quantity)


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_every_draw_is_a_robot_that_can_be_simulated(seed: int) -> None:
    found = drawn(seed)
    model = build_model(found.robot, make_terrain("flat", 0))
    assert model.body(BASE).mass[0] == pytest.approx(found.robot.base.mass)
    assert model.body(BASE).ipos[2] == pytest.approx(found.robot.base.com_height)


@pytest.mark.parametrize(
    ("group", "values"),
    [
        ("body", {"ball_mass": (1.2, 0.9)}),
        ("body", {"friction": (0.0, 1.0)}),
        ("motors", {"delay_s": (0.0, 0.5)}),
        ("sensors", {"imu_noise": (-1.0, 1.0)}),
        ("mounts", {"yaw_deg": -2.0}),
    ],
)
def test_ranges_that_make_no_sense_are_refused(group: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        RandomisationSettings.model_validate({group: values})


def test_a_draw_that_is_no_robot_is_refused_in_words() -> None:
    slow = ERRORS.model_copy(update={"motor_gain": 1e308})
    wide = RandomisationSettings.model_validate({"motors": {"gain": (1e5, 1e6)}})
    with pytest.raises(SettingsError, match="varied SimulationSettings"):
        varied(ROBOT, slow, 1, wide)


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.25])
def test_the_motors_give_their_gain_of_what_is_asked(gain: float) -> None:
    simulation = Simulation(
        ROBOT, make_terrain("flat", 0), seed=1, settings=SimulationSettings(motor_gain=gain)
    )
    simulation.step((1.0, -0.5, 0.2))
    assert simulation.data.ctrl == pytest.approx([gain, -0.5 * gain, 0.2 * gain])
    simulation.step((100.0, 0.0, 0.0))
    assert simulation.data.ctrl[0] == pytest.approx(ROBOT.wheels.max_torque)
