"""Is a sample's content what its sensor declares? Times are the synchronizer's business."""

from functools import lru_cache
from math import isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.color import COLOR_ENCODINGS
from ballbot_fusion.core.depth import is_known
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.robot import Camera, Encoders, Imu, RobotConfig
from ballbot_fusion.core.robot_drivers import Motors
from ballbot_fusion.core.samples import (
    ColorSample,
    CommandSample,
    DepthSample,
    ImageSample,
    ImuSample,
    InstructionSample,
    Intrinsics,
    JointSample,
    Sample,
    Source,
)
from ballbot_fusion.core.spec import INSTRUCTION, MODALITIES

MAX_RATE = 34.5
"""Largest believable angular velocity, rad/s: common gyros end at 2000 degrees/s, which is 34.9."""
MAX_ACCELERATION = 155.0
"""Largest believable specific force, m/s^2: common sensors end at 16 g, which is 156.9."""
MAX_WHEEL_SPEED = 500.0
"""Largest believable wheel speed, rad/s."""
MAX_EFFORT = 1000.0
"""Largest believable wheel torque, N m: more than any motor that a person can lift."""
MIN_PIXELS = 8
"""Smallest believable number of rows and columns."""
MOST_PIXELS = 4_000_000
"""More would take longer to look at than a robot may go without a command: 2560 x 1440 is less."""
ENCODINGS = {"16UC1": np.uint16, "32FC1": np.float32}
"""Depth encodings and their pixel types (REP 118)."""
LARGEST_LENS = 1e5
"""Largest believable focal length, or distance of a centre from the corner, pixels."""
BLACK = 16
"""Brightest value of a pixel that shows nothing, of 255: black of digital video (ITU-R BT.601).

A covered camera does not read 0 in every pixel: it has noise.
"""


def _all_finite(values: tuple[float, ...]) -> bool:
    # One addition a value: an infinity or NaN anywhere makes the sum one too.
    return isfinite(sum(values)) or all(map(isfinite, values))


def check_imu(sample: ImuSample, imu: Imu) -> Reason:
    """Three rates, three accelerations, the right frame, a unit quaternion if one is used."""
    rate, force, orientation = (
        sample.angular_velocity,
        sample.linear_acceleration,
        sample.orientation,
    )
    if len(rate) != 3 or len(force) != 3:
        return Reason.WRONG_SHAPE
    if not (_all_finite(rate) and _all_finite(force)):
        return Reason.NON_FINITE
    if max(map(abs, rate)) > MAX_RATE or max(map(abs, force)) > MAX_ACCELERATION:
        return Reason.OUT_OF_RANGE
    if sample.frame_id != imu.frame_id:
        return Reason.WRONG_FRAME
    if orientation is None or imu.orientation == "estimated":
        return Reason.OK
    return _check_orientation(orientation)


def _has_size(image: NDArray[Any]) -> bool:
    """Whether an image (rows, columns, ...) is neither too small nor too large to be looked at."""
    rows, columns = image.shape[:2]
    return min(rows, columns) >= MIN_PIXELS and rows * columns <= MOST_PIXELS


def _check_orientation(q: tuple[float, ...]) -> Reason:
    if len(q) != 4:
        return Reason.WRONG_SHAPE
    if not _all_finite(q):
        return Reason.NON_FINITE
    length = sqrt(sum(x * x for x in q))
    return Reason.OK if abs(length - 1.0) < 0.01 else Reason.NOT_UNIT


@lru_cache(maxsize=32)
def joint_order(names: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[int, ...] | None:
    """Where each wanted joint stands in ``names``; None when one is missing or ambiguous."""
    if any(names.count(name) != 1 for name in wanted):
        return None
    return tuple(names.index(name) for name in wanted)


def check_joints(sample: JointSample, wanted: tuple[str, ...], encoders: Encoders) -> Reason:
    """All wheel joints there, by name, with finite velocities; or positions, if those are used."""
    order = joint_order(sample.names, wanted)
    if order is None:
        return Reason.WRONG_NAMES
    as_sent = encoders.speeds == "as_sent"
    values = sample.velocity if as_sent else sample.position
    if len(values) != len(sample.names):
        return Reason.WRONG_SHAPE
    wheels = tuple(values[i] for i in order)
    if not _all_finite(wheels):
        return Reason.NON_FINITE
    if not as_sent:  # how far a wheel has turned has no bound
        return Reason.OK
    largest = MAX_WHEEL_SPEED * encoders.gear
    return Reason.OK if max(map(abs, wheels)) <= largest else Reason.OUT_OF_RANGE


def check_motors(sample: JointSample, wanted: tuple[str, ...], motors: Motors) -> Reason:
    """All wheel joints there, by name, with believable efforts in the driver's unit."""
    return _commanded(sample.names, sample.effort, wanted, MAX_EFFORT * motors.units_per_nm)


def check_setpoints(sample: JointSample, wanted: tuple[str, ...], encoders: Encoders) -> Reason:
    """All wheel joints there, by name, with believable velocities as the driver is told them."""
    return _commanded(sample.names, sample.velocity, wanted, MAX_WHEEL_SPEED * encoders.gear)


def _commanded(
    names: tuple[str, ...], values: tuple[float, ...], wanted: tuple[str, ...], largest: float
) -> Reason:
    order = joint_order(names, wanted)
    if order is None:
        return Reason.WRONG_NAMES
    if len(values) != len(names):
        return Reason.WRONG_SHAPE
    told = tuple(values[i] for i in order)
    if not _all_finite(told):
        return Reason.NON_FINITE
    return Reason.OK if max(map(abs, told)) <= largest else Reason.OUT_OF_RANGE


def _fits(lens: Intrinsics | None, image: NDArray[Any]) -> bool:
    """Whether a camera_info came, is calibrated, and is of images of this size."""
    if lens is None or (lens.height, lens.width) != image.shape:
        return False
    if not _all_finite(lens) or max(map(abs, lens[2:])) > LARGEST_LENS:
        return False
    return lens.fx > 0.0 and lens.fy > 0.0


def check_depth(sample: DepthSample, camera: Camera) -> Reason:
    """A depth image in a known encoding and the declared frame, with something to see in it."""
    image = sample.image
    if sample.encoding not in ENCODINGS:
        return Reason.WRONG_ENCODING
    # Before the pixel type: bytes that do not fill the image have none.
    if image.ndim != 2 or not _has_size(image):
        return Reason.WRONG_SHAPE
    if image.dtype != ENCODINGS[sample.encoding]:
        return Reason.WRONG_ENCODING
    if sample.frame_id != camera.frame_id:
        return Reason.WRONG_FRAME
    if camera.intrinsics == "camera_info" and not _fits(sample.intrinsics, image):
        return Reason.NO_INTRINSICS
    return Reason.OK if is_known(image).any() else Reason.ALL_INVALID


def check_color(sample: ColorSample, camera: Camera) -> Reason:
    """A colour image in a known encoding and the declared frame, with something to see in it."""
    image = sample.image
    if sample.encoding not in COLOR_ENCODINGS:
        return Reason.WRONG_ENCODING
    if image.ndim != 3 or image.shape[2] != 3 or not _has_size(image):
        return Reason.WRONG_SHAPE
    if image.dtype != np.uint8:
        return Reason.WRONG_ENCODING
    if sample.frame_id != camera.frame_id:
        return Reason.WRONG_FRAME
    return Reason.OK if image.max() > BLACK else Reason.ALL_INVALID


def check_image(sample: ImageSample, camera: Camera) -> Reason:
    """An image of the camera's kind that is as it should be."""
    if isinstance(sample, DepthSample) and camera.kind == "depth":
        return check_depth(sample, camera)
    if isinstance(sample, ColorSample) and camera.kind == "color":
        return check_color(sample, camera)
    return Reason.WRONG_ENCODING


def check_command(sample: CommandSample) -> Reason:
    """Three finite numbers."""
    if len(sample.velocity) != 3:
        return Reason.WRONG_SHAPE
    return Reason.OK if _all_finite(sample.velocity) else Reason.NON_FINITE


def check_instruction(sample: InstructionSample) -> Reason:
    """A unit vector of the encoder's size, or nothing."""
    values = sample.embedding
    if values.size == 0:
        return Reason.OK
    if values.shape != MODALITIES[INSTRUCTION].shape:
        return Reason.WRONG_SHAPE
    if not np.isfinite(values).all():
        return Reason.NON_FINITE
    return Reason.OK if abs(float(np.linalg.norm(values)) - 1.0) < 0.01 else Reason.NOT_UNIT


def check(sample: Sample, robot: RobotConfig) -> Reason:
    """Judge the content of any sample by what the robot declares; never raises on bad content.

    Raises:
        TypeError: this kind of sample cannot come from its source. A mistake in the program.
    """
    source = sample.source
    if isinstance(sample, ImuSample) and source is Source.IMU:
        return check_imu(sample, robot.imu)
    if isinstance(sample, JointSample) and source is Source.ENCODERS:
        return check_joints(sample, robot.driver_names, robot.encoders)
    if isinstance(sample, JointSample) and source is Source.MOTORS:
        return check_motors(sample, robot.driver_names, robot.motors)
    if isinstance(sample, ImageSample) and source in (Source.CAMERA_0, Source.CAMERA_1):
        return check_image(sample, robot.cameras[source - Source.CAMERA_0])
    if isinstance(sample, CommandSample) and source is Source.COMMAND:
        return check_command(sample)
    if isinstance(sample, InstructionSample) and source is Source.INSTRUCTION:
        return check_instruction(sample)
    raise TypeError(
        f"{source.name} gave a {type(sample).__name__}, for which core/checks.py has no check. "
        "Correct the source, or add the check there."
    )
