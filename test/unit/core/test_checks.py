from dataclasses import replace
from math import radians

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.core.streams import ROBOT, command, depth, encoders, imu, motors
from unit.core.test_samples import samples

from ballbot_fusion.core.checks import MAX_RATE, check, joint_order
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import CommandSample, Source

NAN, INF = float("nan"), float("inf")
IMU, ENCODERS, MOTORS = imu(0), encoders(0), motors(0)
IMAGE = depth(Source.CAMERA_1, 0)
NAMES = ROBOT.joint_names
GOOD = [
    IMU,
    replace(IMU, orientation=None),
    ENCODERS,
    MOTORS,
    IMAGE,
    depth(Source.CAMERA_0, 0),
    replace(IMAGE, image=np.full((480, 640), 1.0, np.float32), encoding="32FC1"),
    replace(IMAGE, image=np.full((8, 8), np.inf, np.float32), encoding="32FC1"),
    replace(ENCODERS, names=("head", *NAMES[::-1]), velocity=(NAN, 1.0, 2.0, 3.0)),
    command(0, (0.5, 0.0, -0.1)),
]
BAD = [
    (Reason.NON_FINITE, IMU, {"angular_velocity": (0.0, NAN, 0.0)}),
    (Reason.NON_FINITE, IMU, {"linear_acceleration": (INF, -INF, 0.0)}),
    (Reason.NON_FINITE, IMU, {"orientation": (0.0, 0.0, 0.0, INF)}),
    (Reason.WRONG_SHAPE, IMU, {"angular_velocity": (0.0, 0.0)}),
    (Reason.WRONG_SHAPE, IMU, {"orientation": (0.0, 0.0, 1.0)}),
    (Reason.WRONG_FRAME, IMU, {"frame_id": "imu"}),
    (Reason.OUT_OF_RANGE, IMU, {"angular_velocity": (0.0, 0.0, -36.0)}),
    (Reason.OUT_OF_RANGE, IMU, {"linear_acceleration": (0.0, 0.0, 1e308)}),
    # At the end of the range of a common sensor it measures nothing, to the grain of 16 bits.
    (Reason.OUT_OF_RANGE, IMU, {"angular_velocity": (0.0, radians(2000.0 * 32767 / 32768), 0.0)}),
    (Reason.OUT_OF_RANGE, IMU, {"linear_acceleration": (-16.0 * 9.80665, 0.0, 9.8)}),
    (Reason.NOT_UNIT, IMU, {"orientation": (0.0, 0.0, 0.0, 0.0)}),
    (Reason.NOT_UNIT, IMU, {"orientation": (0.0, 0.0, 0.2, 1.0)}),
    (Reason.WRONG_NAMES, ENCODERS, {"names": NAMES[:2], "velocity": (0.0, 0.0)}),
    (Reason.WRONG_NAMES, ENCODERS, {"names": (*NAMES, NAMES[0]), "velocity": (0.0,) * 4}),
    (Reason.WRONG_SHAPE, ENCODERS, {"velocity": ()}),
    (Reason.WRONG_SHAPE, ENCODERS, {"velocity": (0.0,) * 4}),
    (Reason.NON_FINITE, ENCODERS, {"velocity": (0.0, 0.0, NAN)}),
    (Reason.OUT_OF_RANGE, ENCODERS, {"velocity": (0.0, -501.0, 0.0)}),
    (Reason.WRONG_NAMES, MOTORS, {"names": ("a", "b", "c")}),
    (Reason.WRONG_SHAPE, MOTORS, {"effort": (0.0, 0.0)}),
    (Reason.NON_FINITE, MOTORS, {"effort": (0.0, 0.0, INF)}),
    (Reason.OUT_OF_RANGE, MOTORS, {"effort": (0.0, -1e300, 0.0)}),
    (Reason.WRONG_ENCODING, IMAGE, {"encoding": "mono16"}),
    (Reason.WRONG_ENCODING, IMAGE, {"encoding": "32FC1"}),
    (Reason.WRONG_ENCODING, IMAGE, {"image": np.ones((64, 64), ">u2")}),
    (Reason.WRONG_SHAPE, IMAGE, {"image": np.empty((0, 0), np.uint8)}),
    (Reason.WRONG_SHAPE, IMAGE, {"image": np.ones((64, 64, 1), np.uint16)}),
    (Reason.WRONG_SHAPE, IMAGE, {"image": np.ones((7, 64), np.uint16)}),
    (Reason.WRONG_SHAPE, IMAGE, {"image": np.broadcast_to(np.uint16(1), (2001, 2000))}),
    (Reason.WRONG_SHAPE, IMAGE, {"image": np.uint16(1) * np.ones((), np.uint16)}),
    (Reason.WRONG_FRAME, IMAGE, {"frame_id": ROBOT.cameras[0].frame_id}),
    (Reason.ALL_INVALID, IMAGE, {"image": np.zeros((64, 64), np.uint16)}),
    (Reason.ALL_INVALID, IMAGE,
     {"image": np.full((64, 64), np.nan, np.float32), "encoding": "32FC1"}),
    (Reason.NON_FINITE, command(0, (0.0, 0.0, 0.0)), {"velocity": (0.0, NAN, 0.0)}),
    (Reason.WRONG_SHAPE, command(0, (0.0, 0.0, 0.0)), {"velocity": (0.0,)}),
]  # fmt: skip


@pytest.mark.parametrize("sample", GOOD)
def test_good_samples_pass(sample):
    assert check(sample, ROBOT) is Reason.OK


@pytest.mark.parametrize(("reason", "sample", "changes"), BAD)
def test_bad_samples_are_refused_by_name(reason, sample, changes):
    assert check(replace(sample, **changes), ROBOT) is reason


def test_every_reason_about_content_is_reachable():
    about_time = {
        Reason.OK, Reason.NEVER_RECEIVED, Reason.SILENT, Reason.STALE_STAMP, Reason.FUTURE_STAMP,
        Reason.STAMP_NOT_ADVANCING, Reason.FROZEN, Reason.RECOVERING,
    }  # fmt: skip
    # That of a robot file that asks for it stands in test_viewpoint.py.
    of_others = {Reason.NO_INTRINSICS}
    assert {reason for reason, _, _ in BAD} == set(Reason) - about_time - of_others


@given(samples)
def test_nothing_in_a_sample_can_raise(sample):
    assert check(sample, ROBOT) in Reason


values = st.floats() | st.sampled_from([0.0, 1.0, 1e308, -1e308])


@given(st.tuples(values, values, values))
def test_what_is_trusted_is_finite_and_believable(rate):
    trusted = check(replace(IMU, angular_velocity=rate), ROBOT) is Reason.OK
    assert trusted == all(abs(x) <= MAX_RATE for x in rate)


@given(st.permutations([*NAMES, "head", "arm"]))
def test_joints_are_found_by_name(names):
    order = joint_order(tuple(names), NAMES)
    assert order is not None
    assert tuple(names[place] for place in order) == NAMES


@pytest.mark.parametrize("source", list(Source))
@pytest.mark.parametrize("sample", [IMU, ENCODERS, IMAGE, command(0, (0.0, 0.0, 0.0))])
def test_a_sample_of_the_wrong_kind_is_a_mistake_of_the_program(sample, source):
    pairs = {
        "ImuSample": {Source.IMU},
        "JointSample": {Source.ENCODERS, Source.MOTORS},
        "DepthSample": {Source.CAMERA_0, Source.CAMERA_1},
        "CommandSample": {Source.COMMAND},
    }
    if source in pairs[type(sample).__name__]:
        assert check(replace(sample, source=source), ROBOT) in Reason
    else:
        with pytest.raises(TypeError, match=source.name):
            check(replace(sample, source=source), ROBOT)


def test_an_unknown_kind_is_a_mistake_of_the_program():
    class Lidar(CommandSample):
        pass

    with pytest.raises(TypeError, match="Lidar"):
        check(Lidar(Source.CAMERA_0, 0, 0, (0.0, 0.0, 0.0)), ROBOT)
