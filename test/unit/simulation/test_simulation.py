import subprocess
import sys
from math import degrees, inf, nan

import numpy as np
import pytest

from ballbot_fusion.core.robot import Camera, Imu, RobotConfig
from ballbot_fusion.core.samples import Source
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import STEP_NS, Simulation
from ballbot_fusion.simulation.terrain import Box, Terrain, make_terrain

ROBOT = RobotConfig()
REST = (0.0, 0.0, 0.0)


def simulated(terrain: Terrain | str = "flat", seed: int = 1, **options: object) -> Simulation:
    ground = make_terrain(terrain, seed) if isinstance(terrain, str) else terrain
    return Simulation(ROBOT, ground, seed=seed, **options)  # type: ignore[arg-type]


def steps(simulation: Simulation, count: int, effort: tuple[float, ...] = REST) -> None:
    for _ in range(count):
        simulation.step(effort)


# --- the stand ---


@pytest.mark.parametrize("terrain", ["flat", "rough"])
@pytest.mark.parametrize("seed", range(5))
def test_it_starts_on_the_stand_clear_of_the_ground(terrain: str, seed: int) -> None:
    simulation = simulated(terrain, seed)
    assert simulation.held
    assert simulation.time_ns == 0
    assert simulation.data.ncon == 0
    x, y, z = simulation.ground_truth().position
    assert (x, y) == (0.0, 0.0)
    gap = z - ROBOT.ball.radius - simulation.terrain.height_at(0.0, 0.0)
    assert 0.0 < gap < 0.0015
    assert degrees(simulation.ground_truth().tilt) <= 5.0


def test_the_first_tilt_is_random_and_bounded() -> None:
    simulation = simulated(max_initial_tilt_deg=8.0)
    tilts = []
    for seed in range(200):
        simulation.reset(seed)
        tilts.append(degrees(simulation.ground_truth().tilt))
    assert max(tilts) <= 8.0
    assert np.mean(tilts) == pytest.approx(4.0, abs=0.5)


def test_the_stand_holds_while_the_wheels_turn() -> None:
    simulation = simulated()
    before = simulation.ground_truth()
    steps(simulation, 1000, (0.05, -0.05, 0.05))
    after = simulation.ground_truth()
    assert after.position == pytest.approx(before.position, abs=0.001)
    assert after.tilt == pytest.approx(before.tilt, abs=0.005)
    assert max(abs(speed) for speed in simulation.data.actuator_velocity) > 5.0
    assert not simulation.fallen


def test_let_go_without_control_it_falls_and_stays_fallen() -> None:
    simulation = simulated()
    simulation.release()
    assert not simulation.held
    for _ in range(3000):
        simulation.step(REST)
        if simulation.fallen:
            break
    assert simulation.fallen
    assert degrees(simulation.ground_truth().tilt) > 20.0
    steps(simulation, 2000)
    # The hull carries it now: it does not sink into the ground.
    assert simulation.ground_truth().position[2] > 0.9 * ROBOT.ball.radius
    assert simulation.fallen
    simulation.reset(1)
    assert not simulation.fallen
    assert simulation.held


def test_it_can_be_held_again_in_motion() -> None:
    simulation = simulated()
    simulation.release()
    steps(simulation, 300)
    simulation.hold()
    tilt = simulation.ground_truth().tilt
    steps(simulation, 1000)
    assert simulation.ground_truth().tilt == pytest.approx(tilt, abs=0.01)


def test_touching_a_wall_with_more_than_the_ball_is_a_fall() -> None:
    # A shelf at the height of the hull, which the ball passes beneath.
    shelf = Box((0.35, 0.0, 0.45), (0.2, 0.5, 0.05))
    simulation = simulated(Terrain("shelf", 0, obstacles=(shelf,)), max_initial_tilt_deg=0.0)
    simulation.release()
    simulation.push((60.0, 0.0, 0.0), 0.2)
    for _ in range(600):
        simulation.step(REST)
        if simulation.fallen:
            break
    assert simulation.fallen
    assert degrees(simulation.ground_truth().tilt) < 19.0


# --- time, samples, reproducibility ---


def test_samples_are_due_at_their_rates_in_a_fixed_order() -> None:
    simulation = simulated()
    cameras = []
    for step in range(1, 1001):
        samples = simulation.step(REST)
        assert simulation.time_ns == step * STEP_NS
        assert all(s.stamp_ns == s.arrival_ns == simulation.time_ns for s in samples)
        expected = [Source.IMU, Source.ENCODERS] if step % 2 == 0 else [Source.IMU]
        assert [s.source for s in samples] == expected
        if (snapshot := simulation.camera_snapshot_due()) is not None:
            assert snapshot.stamp_ns == simulation.time_ns
            cameras.append(snapshot)
    assert [snapshot.frame for snapshot in cameras] == list(range(1, 31))
    exact = np.arange(1, 31) * 1e9 / 30.0
    assert np.abs([s.stamp_ns for s in cameras] - exact).max() <= STEP_NS


def test_a_snapshot_does_not_change_afterwards() -> None:
    simulation = simulated()
    simulation.release()
    snapshot = None
    while snapshot is None:
        simulation.step(REST)
        snapshot = simulation.camera_snapshot_due()
    before = snapshot.qpos.copy()
    steps(simulation, 100)
    assert np.array_equal(snapshot.qpos, before)


_RUN = """
import hashlib
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.simulation import Simulation
from ballbot_fusion.simulation.terrain import make_terrain

def run(seed):
    robot, terrain = RobotConfig(), make_terrain("rough", seed)
    simulation = Simulation(robot, terrain, seed=seed)
    cameras = Cameras(robot, RayRenderer(robot, terrain), seed=seed)
    simulation.release()
    digest = hashlib.sha256()
    for step in range(400):
        samples = simulation.step((0.3 * (step % 7), -0.2, 0.1))
        snapshot = simulation.camera_snapshot_due()
        frames = cameras.render(snapshot) if snapshot else ()
        for sample in (*samples, *frames):
            digest.update(sample.payload())
        digest.update(simulation.state_bytes())
    return digest.hexdigest()
"""


def test_the_same_seed_gives_the_same_bits_in_another_process() -> None:
    here: dict[str, object] = {}
    exec(_RUN, here)
    run = here["run"]
    code = f"{_RUN}\nprint(run(5))"
    elsewhere = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert elsewhere.stdout.strip() == run(5), elsewhere.stderr  # type: ignore[operator]
    assert run(5) == run(5) != run(6)  # type: ignore[operator]


def test_reset_leaves_nothing_behind() -> None:
    def trace(simulation: Simulation) -> list[bytes]:
        simulation.release()
        return [
            simulation.state_bytes() + b"".join(bytes(s.payload()) for s in simulation.step(REST))
            for _ in range(200)
        ]

    settings = SimulationSettings(motor_delay_s=0.003)
    fresh = simulated(seed=2, settings=settings)
    used = simulated(seed=9, settings=settings)
    used.terrain = fresh.terrain
    used.release()
    used.push((20.0, 5.0, 0.0), 10.0)
    steps(used, 500, (1.0, 2.0, -1.0))
    used.reset(2)
    assert trace(used) == trace(fresh)


def test_one_sensor_does_not_change_another() -> None:
    def encoder_noise(robot: RobotConfig) -> list[tuple[float, ...]]:
        simulation = Simulation(robot, make_terrain("flat", 0), seed=3)
        found = [s for _ in range(100) for s in simulation.step(REST)]
        return [s.velocity for s in found if s.source == Source.ENCODERS]  # type: ignore[attr-defined]

    assert encoder_noise(ROBOT) == encoder_noise(RobotConfig(imu=Imu(rate_hz=250.0)))


# --- motors and pushes ---


def test_torque_is_limited_and_tapers_with_the_speed() -> None:
    limit, fastest = ROBOT.wheels.max_torque, ROBOT.wheels.max_velocity
    simulation = simulated(settings=SimulationSettings(noise=False))
    simulation.step((100.0, -100.0, 0.5))
    assert simulation.data.ctrl == pytest.approx([limit, -limit, 0.5])
    applied, speeds = [], []
    for _ in range(3000):  # only friction-free inertia resists: it runs up to its limit
        speeds.append(float(simulation.data.actuator_velocity[0]))
        simulation.step((limit, 0.0, 0.0))
        applied.append(float(simulation.data.ctrl[0]))
    assert max(speeds) <= 1.01 * fastest
    for torque, speed in zip(applied, speeds, strict=True):
        share = min(max(2.0 * (1.0 - speed / fastest), 0.0), 1.0)
        assert torque == pytest.approx(limit * share, abs=1e-9)
    simulation.step((-limit, 0.0, 0.0))  # braking is never limited by the speed
    assert simulation.data.ctrl[0] == -limit


def test_motor_delay_holds_torques_back() -> None:
    simulation = simulated(settings=SimulationSettings(motor_delay_s=0.004))
    applied = []
    for step in range(1, 10):
        simulation.step((0.1 * step, 0.0, 0.0))
        applied.append(float(simulation.data.ctrl[0]))
    assert applied == pytest.approx([0, 0, 0, 0, 0.1, 0.2, 0.3, 0.4, 0.5])


def test_a_push_moves_it_by_its_impulse_and_ends() -> None:
    simulation = simulated(max_initial_tilt_deg=0.0)
    simulation.model.opt.gravity[:] = 0.0
    simulation.data.qpos[2] += 1.0
    simulation.hold()
    simulation.release()
    simulation.step(REST)
    simulation.push((0.0, 21.0, 0.0), 0.05)
    steps(simulation, 60)
    base, ball = simulation.data.body("base_link"), simulation.data.body("ball")
    momentum = ROBOT.base.mass * _velocity(simulation, base.id, base.xipos)
    momentum += ROBOT.ball.mass * _velocity(simulation, ball.id, ball.xipos)
    assert momentum == pytest.approx([0.0, 21.0 * 0.05, 0.0], abs=0.005)
    assert not simulation.data.xfrc_applied.any()


def _velocity(simulation: Simulation, body: int, point: np.ndarray) -> np.ndarray:
    """Velocity of a point of a body in the world; MuJoCo's cvel is angular first."""
    reference = simulation.data.subtree_com[simulation.model.body_rootid[body]]
    rate, linear = simulation.data.cvel[body][:3], simulation.data.cvel[body][3:]
    return linear + np.cross(rate, point - reference)


# --- what it refuses ---


@pytest.mark.parametrize("effort", [(nan, 0.0, 0.0), (0.0, inf, 0.0), (0.0, 0.0), (1.0,) * 4])
def test_an_effort_that_is_not_three_finite_numbers_is_refused(effort: tuple[float, ...]) -> None:
    simulation = simulated()
    before = simulation.state_bytes()
    with pytest.raises(ValueError, match="three finite numbers"):
        simulation.step(effort)
    assert simulation.state_bytes() == before
    assert simulation.time_ns == 0


def test_physics_that_diverges_is_an_error(
    tmp_path: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(str(tmp_path))  # MuJoCo logs its warning into the working folder
    simulation = simulated()
    simulation.data.qvel[0] = nan
    with pytest.raises(RuntimeError, match=r"diverged at 0.001 s"):
        simulation.step(REST)


def test_cameras_of_different_rates_are_refused() -> None:
    left, right = ROBOT.cameras
    robot = RobotConfig(cameras=(left, Camera(**{**right.model_dump(), "rate_hz": 15.0})))
    with pytest.raises(ValueError, match=r"30.0 and 15.0 Hz"):
        Simulation(robot, make_terrain("flat", 0), seed=0)


def test_a_rate_above_that_of_the_physics_is_refused() -> None:
    with pytest.raises(ValueError, match=r"2000.0 Hz"):
        Simulation(RobotConfig(imu=Imu(rate_hz=2000.0)), make_terrain("flat", 0), seed=0)
