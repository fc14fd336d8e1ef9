"""One launch that records itself while somebody steers, and what its recording proves."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from diagnostic_msgs.msg import DiagnosticArray
from rclpy.node import Node
from rclpy.serialization import deserialize_message

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.replays.proof import proved
from ballbot_fusion.operation.client import NobodyAnswersError
from ballbot_fusion.operation.launched import Launched
from ballbot_fusion.operation.measures.setting import Setting
from ballbot_fusion.operation.measures.summaries import Meanwhile, launched_summary
from ballbot_fusion.operation.reported import reported
from ballbot_fusion.operation.teleop import Teleop
from ballbot_fusion.recording.bag_reader import Bag, open_bag

VELOCITY: Vector = (0.3, 0.0, 0.3)
"""Forward, left [m/s], turning left [rad/s]: round and round, for grounds end."""
BRIDGE = "/mujoco_bridge: state"


def steer(node: Node, launch: Launched) -> None:
    """Steer until the launch has ended, whenever somebody listens."""

    def velocities() -> Iterator[Vector]:
        while launch.process.poll() is None:
            yield VELOCITY

    while launch.process.poll() is None:
        with suppress(NobodyAnswersError):  # a process that was killed comes back
            Teleop(node).follow(velocities())


def least_spoilt(bag: Bag) -> int | None:
    """How many samples the least effective fault spoilt, as the bridge said; None: no faults."""
    values: dict[str, str] = {}
    for message in bag.messages():
        if message.topic.name == "/diagnostics":
            for status in deserialize_message(message.data, DiagnosticArray).status:
                if status.name == BRIDGE:
                    values = {entry.key: entry.value for entry in status.values}
    # The bridge begins them anew when it is activated: those of before spoilt nothing.
    most: dict[str, int] = {}
    for entry in reported(values):
        most[entry.text] = max(entry.spoilt, most.get(entry.text, 0))
    return min(most.values(), default=None)


def recorded_run(
    setting: Setting, name: str, seed: int, *arguments: str, meanwhile: Meanwhile
) -> dict[str, Any]:
    """Launch, record, replay; return what the recording proves, beside the run's own figures.

    The recording is kept, in the setting's folder, where a tick is not identical.

    Raises:
        RuntimeError: the launch failed, or did not leave one recording.
    """
    place = setting.folder / f"{name}_recordings"
    shutil.rmtree(place, ignore_errors=True)  # of an earlier run in a kept folder
    given = (f"seed:={seed}", f"record:={place}", *arguments)
    run = launched_summary(setting, name, setting.seconds, *given, meanwhile=meanwhile)
    found = sorted(place.glob("*/"))
    if len(found) != 1:
        raise RuntimeError(f"{name} left {len(found)} recordings in {place}, expected one.")
    models = policy_path("default").parent
    proof = proved(found[0], models, place, seed)
    least = least_spoilt(open_bag(found[0]))
    if proof["identical"] == proof["ticks"]:
        shutil.rmtree(place)
    own = {key: run[key] for key in ("real_time_factor", "fell", "late_ticks")}
    return {**proof, "took_effect": None if least is None else least > 0, **own}
