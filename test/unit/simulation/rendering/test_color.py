"""Colour by OpenGL. Skipped, by name, where there is no OpenGL."""

from collections.abc import Iterator

import mujoco
import numpy as np
import pytest

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.checks import check
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, ImageSample
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.simulation.rendering.cameras import Cameras
from ballbot_fusion.simulation.rendering.color import ColorRenderer
from ballbot_fusion.simulation.rendering.rays import RayRenderer
from ballbot_fusion.simulation.rendering.renderer import RendererError
from ballbot_fusion.simulation.rendering.select import make_renderer
from ballbot_fusion.simulation.settings import SimulationSettings
from ballbot_fusion.simulation.simulation import CameraSnapshot
from ballbot_fusion.simulation.terrain import Box, Terrain


def robot_with(*keys: str) -> RobotConfig:
    return with_cameras_for(ObservationSpec.of(keys), RobotConfig())


COLORED, MIXED = robot_with("rgb_0", "rgb_1"), robot_with("rgbd_0", "rgb_1")
LEFT = Terrain("crate on the left", 0, obstacles=(Box((0.9, 0.5, 0.2), (0.2, 0.2, 0.2)),))
QPOS = np.array([0.0, 0.0, 0.11, 1.0, 0, 0, 0, 1.0, 0, 0, 0])
SNAPSHOT = CameraSnapshot(3, 100_000_000, QPOS)


def drawing(robot: RobotConfig) -> ColorRenderer:
    try:
        renderer, _ = make_renderer("rays", robot, LEFT)
    except RendererError as error:
        pytest.skip(f"OpenGL does not work here: {error}")
    assert isinstance(renderer, ColorRenderer)
    return renderer


@pytest.fixture(scope="module")
def renderer() -> Iterator[ColorRenderer]:
    found = drawing(COLORED)
    yield found
    found.close()


def frames(
    robot: RobotConfig, renderer: ColorRenderer, *, seed: int = 1, noise: bool = True
) -> tuple[ImageSample, ImageSample]:
    settings = SimulationSettings(noise=noise)
    return Cameras(robot, renderer, seed=seed, settings=settings).render(SNAPSHOT)


def test_the_crate_is_seen_by_the_left_camera_in_its_colour(renderer: ColorRenderer) -> None:
    left, right = (renderer.render_color(QPOS, camera, 64, 64).astype(int) for camera in (0, 1))
    brown = [image[..., 0] - image[..., 2] > 40 for image in (left, right)]
    assert brown[0].mean() > 0.05
    assert not brown[1].any()


def test_colour_is_where_the_depth_of_the_crate_is(renderer: ColorRenderer) -> None:
    """Both kinds look through the same lens: what stands out in depth is what is brown."""
    crate = renderer.render_color(QPOS, 0, 64, 64).astype(int)
    brown = crate[..., 0] - crate[..., 2] > 40
    with_crate = RayRenderer(COLORED, LEFT).render(QPOS, 0, 64, 64)
    without = RayRenderer(COLORED, Terrain("flat", 0)).render(QPOS, 0, 64, 64)
    assert np.mean(brown != (with_crate != without)) < 0.01


def test_a_picture_does_not_depend_on_who_draws_it_or_on_what_was_drawn_before(
    renderer: ColorRenderer,
) -> None:
    other, expected = drawing(COLORED), renderer.render_color(QPOS, 0, 64, 64)
    turned = QPOS.copy()
    turned[3:7] = [0.7, 0.0, 0.0, 0.7]
    other.render_color(turned, 1, 64, 64)
    other.render_color(QPOS, 0, 32, 24)
    assert np.array_equal(other.render_color(QPOS, 0, 64, 64), expected)
    other.close()


def test_only_the_pose_of_the_base_counts(renderer: ColorRenderer) -> None:
    longer = np.concatenate([QPOS[:7], np.full(40, 0.3)])
    seen, expected = (renderer.render_color(qpos, 0, 64, 64) for qpos in (longer, QPOS))
    assert np.array_equal(seen, expected)


def test_frames_carry_what_their_camera_says_and_are_trusted(renderer: ColorRenderer) -> None:
    for index, sample in enumerate(frames(COLORED, renderer)):
        assert isinstance(sample, ColorSample)
        assert sample.stamp_ns == sample.arrival_ns == 100_000_000
        assert (sample.image.shape, sample.image.dtype) == ((64, 64, 3), np.uint8)
        assert (sample.encoding, sample.frame_id) == ("rgb8", COLORED.cameras[index].frame_id)
        assert check(sample, COLORED) is Reason.OK


def test_seeds_and_cameras_have_noise_of_their_own(renderer: ColorRenderer) -> None:
    exact = frames(COLORED, renderer, noise=False)
    errors = [
        sample.image.astype(int) - true.image
        for seed in (1, 2)
        for sample, true in zip(frames(COLORED, renderer, seed=seed), exact, strict=True)
    ]
    assert len({error.tobytes() for error in errors}) == 4
    assert all(1.5 < error.std() < 2.5 for error in errors)
    again = frames(COLORED, renderer, seed=2)
    assert [s.content_hash for s in again] == [
        s.content_hash for s in frames(COLORED, renderer, seed=2)
    ]


def test_a_robot_may_have_one_camera_of_each_kind() -> None:
    """Its depth is that of a robot with two depth cameras, bit for bit."""
    renderer = drawing(MIXED)
    first, second = frames(MIXED, renderer)
    renderer.close()
    plain, rays = RobotConfig(), RayRenderer(RobotConfig(), LEFT)
    assert isinstance(first, DepthSample)
    assert isinstance(second, ColorSample)
    depth, _ = Cameras(plain, rays, seed=1).render(SNAPSHOT)
    assert first.content_hash == depth.content_hash


def test_a_renderer_without_colours_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'rays' draws depth alone.*make_renderer"):
        Cameras(COLORED, RayRenderer(COLORED, LEFT), seed=0)


def test_without_gl_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ImportError("libEGL.so.1: cannot open shared object file")

    monkeypatch.setattr(mujoco, "Renderer", broken)
    with pytest.raises(RendererError, match=r"libEGL.so.1.*libegl1"):
        make_renderer("rays", COLORED, LEFT)
