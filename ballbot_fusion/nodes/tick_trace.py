"""What the inference node tells recordings: each tick, and by what its ticks are made."""

import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from rclpy.node import Node
from std_msgs.msg import Float64MultiArray

from ballbot_fusion.core import snapshot, trace
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import Sample
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.core.tick_state import TickState
from ballbot_fusion.deployment.runtime import ENGINE, PolicyRuntime
from ballbot_fusion.nodes import qos
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.wire_out import float_array_bytes
from ballbot_fusion.recording.contract import TRACE, Contract

SNAPSHOT_NS = 1_000_000_000
"""How often the trace holds a snapshot, from which a replay may begin."""


def package_version() -> str:
    """Return the version of this package; empty where it is not installed."""
    try:
        return version("ballbot_fusion")
    except PackageNotFoundError:
        return ""


def contract_text(
    settings: InferenceSettings, robot: RobotConfig, sha256: str, topics: Mapping[str, str]
) -> str:
    """Return the contract in force as JSON."""
    return Contract(
        version=package_version(),
        policy=settings.policy,
        policy_sha256=sha256,
        robot=robot,
        limits=settings.limits,
        instruction_lasts_s=settings.instruction_lasts_s,
        topics=dict(topics),
        stamped_command=settings.stamped_command,
        engine=ENGINE,
        machine=platform.machine(),
    ).model_dump_json()


class TickTrace:
    """Publishes a record of every tick while somebody listens."""

    def __init__(self, node: Node, *, lockstep: bool) -> None:
        """Offer ``inference/trace``; ``begin_anew`` comes before the first tick."""
        profile = qos.EVERYTHING if lockstep else qos.TRACE
        self.publisher = qos.publisher(node, Float64MultiArray, TRACE, profile)
        self._begun = False

    def begin_anew(self, runtime: PolicyRuntime) -> None:
        """Ticks to come do not follow from what was published."""
        self._runtime, self._begun = runtime, False
        self._policy = trace.policy_number(runtime.sha256)

    def is_heard(self, state: TickState, ticks: int) -> bool:
        """Whether the tick that now begins from ``state``, after so many, is to be published.

        To a listener who was not there before it, the state is published first.
        """
        if not self.publisher.get_subscription_count():
            self._begun = False
            return False
        if not self._begun:
            self._begun, self._snapshot_ns = True, state.now_ns
            written = snapshot.encode(state, self._runtime.memory)
            self._send(trace.beginning(written, state.now_ns, ticks, self._policy))
        return True

    def publish(
        self, samples: Sequence[Sample], result: Tick, action: Sequence[float], ticks: int
    ) -> None:
        """Publish the tick of number ``ticks``, once in a while with the state after it."""
        state: list[float] = []
        now_ns = result.state.now_ns
        if not 0 <= now_ns - self._snapshot_ns < SNAPSHOT_NS:
            self._snapshot_ns = now_ns
            state = snapshot.encode(result.state, self._runtime.memory)
        spec = self._runtime.spec
        self._send(
            trace.encode(spec, samples, result, action, state, number=ticks, policy=self._policy)
        )

    def _send(self, record: Sequence[float]) -> None:
        self.publisher.publish(float_array_bytes(record, trace.sections(record)))
