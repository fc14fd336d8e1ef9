"""Which faults the cameras of a robot can have: colour has no NaN, say."""

import numpy as np

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import ColorSample, DepthSample, ImageSample, Source
from ballbot_fusion.core.spec import CameraKind
from ballbot_fusion.simulation.faults.fault import CAMERAS, Fault
from ballbot_fusion.simulation.faults.line import FaultLine
from ballbot_fusion.simulation.faults.order import kinds_of
from ballbot_fusion.simulation.settings import SimulationSettings


def can_have(robot: RobotConfig, fault: Fault) -> bool:
    """Whether the fault means something to the sensors of ``robot``."""
    return not _objection(robot, fault)


def check(robot: RobotConfig, fault: Fault) -> None:
    """Refuse what the cameras cannot have: better here than in the middle of a stream.

    Raises:
        ValueError: such a fault; the text says which there are.
    """
    if objection := _objection(robot, fault):
        every = (Fault(kind, fault.source) for kind in kinds_of(fault.source))
        there_are = ", ".join(other.kind for other in every if can_have(robot, other))
        raise ValueError(f"{objection} {fault.source.name.lower()} can have: {there_are}.")


def _objection(robot: RobotConfig, fault: Fault) -> str:
    """Try it on an image; return why it cannot be, or nothing."""
    if fault.source not in CAMERAS:
        return ""
    picture = _picture(fault.source, robot.cameras[fault.source - Source.CAMERA_0].kind)
    try:
        FaultLine((fault,), SimulationSettings(), 0).passed([picture], 0, fault.start_s)
    except TypeError as error:
        return str(error)
    return ""


def _picture(source: Source, kind: CameraKind) -> ImageSample:
    if kind == "color":
        return ColorSample(source, 0, 0, np.full((8, 8, 3), 100, np.uint8))
    return DepthSample(source, 0, 0, np.full((8, 8), 1000, np.uint16))
