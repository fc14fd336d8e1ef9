"""Large depth images through the graph: none may be lost between the camera and inference."""

from ballbot_fusion.evaluation.results import Row, at_least, at_most
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Diagnostics
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.measures.setting import Setting

SECONDS, REPEATS = 60.0, 1
SIZE = "640x480"
RING = 30
"""Frames rendered at the start and published over and over: transport alone is measured."""
CAMERA_HZ = 30.0
CAMERAS = ("camera_0", "camera_1")


def run(setting: Setting) -> list[Row]:
    """Count frames that arrive from a ring, then the rate at which frames can be rendered."""
    rows = []
    for _ in range(setting.repeats):
        lost, ring_hz = _observed(setting, "ring", f"pre_rendered:={RING}")
        _, rendered_hz = _observed(setting, "rendered")
        case = f"{SIZE}, {setting.seconds:g} s"
        rows += [
            at_most(f"{case}, pre-rendered", "lost_images", lost, 0.0),
            at_least(f"{case}, pre-rendered", "camera_hz", ring_hz, None),
            at_least(f"{case}, rendered", "camera_hz", rendered_hz, None),
        ]
        setting.advance()
    return rows


def _observed(setting: Setting, name: str, *arguments: str) -> tuple[list[float], list[float]]:
    """Return, by camera, frames that did not arrive and the rate of those that did.

    Frames are taken on the simulation's time line, one per period: what is missing between the
    first and the last that inference received was lost, or never published. Either counts.
    """
    given = (*setting.arguments, f"depth_size:={SIZE}", *arguments)
    with Launched("sim.launch.py", *given, log=setting.folder / f"{name}.log") as launch:
        launch.says("ARMED: armed")
        with client(name="images") as node:
            said = Diagnostics(node)
            said.await_(lambda v: int(v["inference"]["camera_1.received"]) > 0, 60.0)
            said.pass_time(setting.seconds)
            values = said.values["inference"]
    lost, rates = [], []
    for camera in CAMERAS:
        seconds, received = float(values[f"{camera}.span_s"]), int(values[f"{camera}.received"])
        lost.append(float(round(seconds * CAMERA_HZ) + 1 - received))
        rates.append((received - 1) / seconds)
    return lost, rates
