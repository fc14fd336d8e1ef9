"""Streams of colour images: which samples are trusted, and what becomes of them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from unit.core.streams import (
    EPOCH_NS,
    MS,
    SENSING,
    START_NS,
    Rig,
    depth,
    masked,
    start,
    ticks,
)  # fmt: skip

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.checks import BLACK, MIN_PIXELS, check
from ballbot_fusion.core.color import COLOR_ENCODINGS
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, ImageSample, Sample, Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.snapshot import decode, encode, restored
from ballbot_fusion.core.spec import DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.trace import Consumed

SHAPE = (3, 64, 64)
KEYS = tuple(key.replace("rgbd", "rgb") for key in DEPLOYED_KEYS)
SPEC = ObservationSpec.of(KEYS)
ROBOT = with_cameras_for(SPEC, RobotConfig())
COLORED = Sensing(SPEC, ROBOT)
RGB = ColorSample(
    Source.CAMERA_1, 0, 0, np.full((64, 64, 3), 99, np.uint8), "rgb8", ROBOT.cameras[1].frame_id
)


@given(
    hnp.arrays(
        st.sampled_from([np.uint8, np.uint16, np.float32]),
        hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=10)
        | st.tuples(st.integers(7, 9), st.integers(7, 9), st.just(3)),
    ),
    st.sampled_from([*COLOR_ENCODINGS, "16UC1", "rgba8", ""]),
    st.sampled_from([ROBOT.cameras[1].frame_id, "elsewhere"]),
)  # fmt: skip
def test_what_is_trusted_is_as_declared(image: NDArray, encoding: str, frame_id: str) -> None:
    sample = replace(RGB, image=image, encoding=encoding, frame_id=frame_id)
    sound = (
        encoding in COLOR_ENCODINGS
        and image.dtype == np.uint8
        and image.ndim == 3
        and image.shape[2] == 3
        and min(image.shape[:2]) >= MIN_PIXELS
        and frame_id == ROBOT.cameras[1].frame_id
    )
    assert (check(sample, ROBOT) is Reason.OK) == bool(sound and image.max() > BLACK)


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        (Reason.OK, {}),
        (Reason.OK, {"encoding": "bgr8"}),
        (Reason.WRONG_ENCODING, {"encoding": "mono8"}),
        (Reason.WRONG_ENCODING, {"image": np.full((64, 64, 3), 99, np.uint16)}),
        (Reason.WRONG_SHAPE, {"image": np.full((64, 64), 99, np.uint8)}),
        (Reason.WRONG_SHAPE, {"image": np.full((64, 64, 4), 99, np.uint8)}),
        (Reason.WRONG_SHAPE, {"image": np.empty((0, 0, 3), np.uint8)}),
        (Reason.WRONG_FRAME, {"frame_id": ROBOT.cameras[0].frame_id}),
        (Reason.ALL_INVALID, {"image": np.zeros((64, 64, 3), np.uint8)}),
        (Reason.ALL_INVALID, {"image": np.full((64, 64, 3), BLACK, np.uint8)}),
    ],
)
def test_what_is_refused_has_a_name(reason: Reason, changes: dict) -> None:
    assert check(replace(RGB, **changes), ROBOT) is reason


def test_a_camera_of_the_other_kind_is_refused() -> None:
    assert check(RGB, RobotConfig()) is Reason.WRONG_ENCODING
    assert check(depth(Source.CAMERA_0, 0), ROBOT) is Reason.WRONG_ENCODING


def colored(sample: Sample) -> list[Sample]:
    """What a colour camera sends where a depth camera sends ``sample``."""
    if not isinstance(sample, DepthSample):
        return [sample]
    image = np.full((48, 64, 3), (200, 100, 50), np.uint8)
    image[:, :, 1] += np.uint8(sample.stamp_ns // MS % 97)
    times = sample.source, sample.stamp_ns, sample.arrival_ns
    return [ColorSample(*times, image, "rgb8", sample.frame_id)]


def reasons_of(result: Tick, key: str) -> Reason:
    return result.reasons[KEYS.index(key)]


def test_a_healthy_robot_sees_colour() -> None:
    *_, last = ticks(Rig(edit=colored), 0.3, sensing=COLORED)
    assert masked([last]) == {"actions": {Reason.NEVER_RECEIVED}}
    for key in ("rgb_0", "rgb_1"):
        seen = last.observation[key]
        assert seen.shape == SHAPE
        assert np.all(seen[0] == np.float32(200) / 255)
        assert np.all(seen[2] == np.float32(50) / 255)
    assert 0.0 < last.observation["image_age"].max() < 0.1


Edit = Callable[[ImageSample], ImageSample | None]
SPOILT: dict[Reason, Edit] = {
    Reason.SILENT: lambda _: None,
    Reason.STALE_STAMP: lambda sample: replace(sample, stamp_ns=sample.stamp_ns - 200 * MS),
    Reason.FROZEN: lambda sample: replace(sample, image=RGB.image),
    Reason.ALL_INVALID: lambda sample: replace(sample, image=np.zeros_like(sample.image)),
    Reason.WRONG_FRAME: lambda sample: replace(sample, frame_id="elsewhere"),
}


@pytest.mark.parametrize("reason", SPOILT)
def test_the_rules_are_those_of_depth(reason: Reason) -> None:
    """Colour is masked at the very ticks at which depth is, for the same reason."""
    from_ns = START_NS + EPOCH_NS + 300 * MS

    def broken(sample: Sample) -> list[Sample]:
        spoils = sample.source is Source.CAMERA_1 and sample.stamp_ns >= from_ns
        if not (isinstance(sample, ImageSample) and spoils):
            return [sample]
        found = SPOILT[reason](sample)
        return [] if found is None else [found]

    def plain(sample: Sample) -> list[Sample]:
        if reason is Reason.FROZEN and isinstance(sample, DepthSample):
            still = np.full((64, 64), 900, np.uint16)
            spoils = sample.source is Source.CAMERA_1 and sample.stamp_ns >= from_ns
            return [replace(sample, image=still)] if spoils else [sample]
        return broken(sample)

    in_color = ticks(Rig(edit=lambda s: broken(colored(s)[0])), 0.7, sensing=COLORED)
    in_depth = ticks(Rig(edit=plain), 0.7, sensing=SENSING)
    found = [reasons_of(result, "rgb_1") for result in in_color]
    assert reason in found
    assert found == [result.reasons[KEYS.index("rgb_1")] for result in in_depth]


def test_a_snapshot_brings_the_frames_back() -> None:
    rig, samples, state = Rig(edit=colored), [], start()
    for result in ticks(rig, 0.2, sensing=COLORED):
        samples += rig.between(state.now_ns, result.state.now_ns)
        state = result.state
    recording = {Consumed.of(sample): sample for sample in samples}
    again = restored(decode(encode(state)), COLORED, recording.get)
    for one, other in zip(again.images, state.images, strict=True):
        assert one is not None
        assert other is not None
        assert one.tobytes() == other.tobytes()


@given(st.integers(0, 47), st.integers(0, 63), st.integers(0, 2), st.integers(0, 7))
def test_one_flipped_bit_changes_the_hash(row: int, column: int, channel: int, bit: int) -> None:
    image = np.full((48, 64, 3), 99, np.uint8)
    other = image.copy()
    other[row, column, channel] ^= 1 << bit
    assert replace(RGB, image=image).content_hash != replace(RGB, image=other).content_hash
    assert replace(RGB, encoding="bgr8").content_hash != RGB.content_hash
