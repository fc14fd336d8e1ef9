"""A reflection is its own inverse; what controller, cameras and teacher say goes along with it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ballbot_fusion.core import rotation
from ballbot_fusion.core.balance import BalanceController
from ballbot_fusion.core.estimator import Estimate
from ballbot_fusion.core.level import Level
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import CameraSnapshot, GroundTruth
from ballbot_fusion.simulation.teacher.teacher import CAMERAS, Teacher
from ballbot_fusion.simulation.terrain import Terrain, make_terrain
from ballbot_fusion.training.mirror import AXIAL, POLAR, Labelled, Mirror

ROBOT = RobotConfig()
SPEC = ObservationSpec.of((*DEPLOYED_KEYS, "vel_history"))
MIRROR = Mirror.of(SPEC, ROBOT)
TICKS, FRAMES = 6, 4
AHEAD = (0.5, 0.0, 0.1)


def _drawn(seed: int) -> Labelled:
    rng = np.random.default_rng(seed)
    observation = {
        entry.key: rng.normal(size=(FRAMES if entry.is_image else TICKS, *entry.shape))
        for entry in SPEC
    }
    return Labelled(
        {key: values.astype(np.float32) for key, values in observation.items()},
        (rng.random((TICKS, len(SPEC))) < 0.5).astype(np.float32),
        rng.normal(size=(TICKS, 4, 3)).astype(np.float32),
        rng.normal(size=(TICKS, 4, 3)).astype(np.float32),
    )


def _flat(ticks: Labelled) -> list[np.ndarray]:
    return [*ticks.observation.values(), *ticks[1:]]


@given(seed=st.integers(0, 2**31), chosen=st.lists(st.booleans(), min_size=TICKS, max_size=TICKS))
def test_twice_reflected_is_as_before_and_others_stay(seed: int, chosen: list[bool]) -> None:
    before, where = _drawn(seed), np.array(chosen)
    once = MIRROR(before, where)
    for old, new in zip(_flat(before), _flat(once), strict=True):
        rows = where[: len(old)]
        np.testing.assert_array_equal(new[~rows], old[~rows])
        assert new.dtype == old.dtype
        if len(old) == TICKS and old is not before.mask and rows.any():
            assert (new[rows] != old[rows]).any()
    for old, new in zip(_flat(before), _flat(MIRROR(once, where)), strict=True):
        np.testing.assert_array_equal(new, old)


def test_a_camera_that_fails_is_the_other_one_in_the_mirror() -> None:
    ticks = _drawn(0)
    place = {key: SPEC.keys.index(key) for key in ("rgbd_0", "rgbd_1")}
    ticks.mask[:, place["rgbd_0"]], ticks.mask[:, place["rgbd_1"]] = 0.0, 1.0
    mask = MIRROR(ticks, np.ones(TICKS, bool)).mask
    assert mask[:, place["rgbd_0"]].all()
    assert not mask[:, place["rgbd_1"]].any()


def _times(signs: Vector, values: Vector) -> Vector:
    x, y, z = (float(s * v) for s, v in zip(signs, values, strict=True))
    return (x, y, z)


def _reflected(truth: GroundTruth) -> GroundTruth:
    x, y, z, w = truth.orientation
    return GroundTruth(
        _times(POLAR, truth.position),
        (-x, y, -z, w),
        _times(POLAR, truth.velocity),
        _times(AXIAL, truth.angular_velocity),
    )


@given(numbers=st.lists(st.floats(-0.3, 0.3), min_size=14, max_size=14))
def test_the_controller_s_torques_go_along(numbers: list[float]) -> None:
    controller = BalanceController.of(ROBOT, 200)
    lean, rate, velocity, command = (tuple(numbers[i : i + 3]) for i in (0, 3, 6, 9))
    slope = (numbers[12], numbers[13])
    still = (0.0, 0.0, 0.0)
    estimate = Estimate(
        rotation.from_rotation_vector(lean), rate, velocity, still, level=Level(slope=slope)
    )
    reflected = Estimate(
        rotation.from_rotation_vector(_times(AXIAL, lean)),
        _times(AXIAL, rate),
        _times(POLAR, velocity),
        still,
        level=Level(slope=(slope[0], -slope[1])),
    )
    torques = np.array(controller.wheel_torques(estimate, command))
    found = controller.wheel_torques(reflected, _times((1.0, -1.0, -1.0), command))
    np.testing.assert_allclose(found, -torques[MIRROR.wheels], atol=1e-9)


def _looks(terrain: Terrain, truth: GroundTruth, command: Vector) -> Labelled:
    """What is seen and to be done at a place, the frames without noise."""
    settings = SimulationSettings(noise=False)
    cameras = Cameras(ROBOT, RayRenderer(ROBOT, terrain), seed=0, settings=settings)
    x, y, z, w = truth.orientation
    frames = cameras.render(CameraSnapshot(0, 0, np.array([*truth.position, w, x, y, z])))
    teacher = Teacher(ROBOT, 200, terrain)
    teacher.look(truth)
    lesson = teacher.lesson(truth, command, (0.0, 0.0))
    seen = {
        f"rgbd_{number}": frame.image[None, None].astype(np.float32) / 1000.0
        for number, frame in enumerate(frames)
    }
    mask = np.ones((1, len(SPEC)), np.float32)
    return Labelled(seen, mask, lesson.actions[None], lesson.velocities[None])


@pytest.mark.parametrize("seed", range(4))
def test_in_a_reflected_world_the_reflection_is_seen_and_right(seed: int) -> None:
    rng = np.random.default_rng(seed)
    terrain = make_terrain("edges", 3 + seed)
    assert terrain.heights is not None
    other = replace(terrain, heights=terrain.heights[::-1].copy())
    # MuJoCo cuts each cell of the ground along the same diagonal: only level cells are symmetrical.
    lean = rng.normal(0.0, 0.02, 2)
    truth = GroundTruth(
        (*map(float, rng.uniform(-1.5, 1.5, 2)), ROBOT.ball.radius),
        rotation.multiply(
            rotation.about_z(float(rng.uniform(-3.0, 3.0))),
            rotation.from_rotation_vector((float(lean[0]), float(lean[1]), 0.0)),
        ),
        (0.1, 0.2, 0.0),
        (0.05, -0.03, 0.1),
    )
    here = MIRROR(_looks(terrain, truth, AHEAD), np.ones(1, bool))
    there = _looks(other, _reflected(truth), _times((1.0, -1.0, -1.0), AHEAD))
    for key, frame in there.observation.items():
        close = np.abs(here.observation[key] - frame) < 0.02
        assert close.mean() > 0.97, "all but what lies at the rim of an edge"
    for alive in range(len(CAMERAS)):
        np.testing.assert_allclose(
            here.velocities[0, alive], there.velocities[0, alive], atol=0.08, err_msg=str(alive)
        )
    np.testing.assert_allclose(here.actions[0, 0], there.actions[0, 0], atol=1e-5)


def test_a_robot_with_one_side_unlike_the_other_is_refused() -> None:
    first, second = ROBOT.cameras
    turned = second.model_copy(update={"yaw_deg": -25.0})
    with pytest.raises(ValueError, match="no mirror images"):
        Mirror.of(SPEC, ROBOT.model_copy(update={"cameras": (first, turned)}))
    wheels = ROBOT.wheels.model_copy(update={"azimuth_deg": (10.0, 130.0, 250.0)})
    with pytest.raises(ValueError, match="not symmetrical"):
        Mirror.of(SPEC, ROBOT.model_copy(update={"wheels": wheels}))


@pytest.mark.parametrize(("key", "complaint"), [("rgbd_1", "counterpart"), ("", "instruction")])
def test_what_has_no_reflection_is_refused(key: str, complaint: str) -> None:
    keys = [name for name in DEPLOYED_KEYS if name != key] + ["instruction"] * (not key)
    with pytest.raises(ValueError, match=complaint):
        Mirror.of(ObservationSpec.of(keys), ROBOT)
