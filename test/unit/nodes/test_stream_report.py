"""What inference says of its streams, whatever was exchanged since the last tick."""

from types import SimpleNamespace
from typing import Any

from unit.core.streams import EPOCH_NS, ROBOT, START_NS

from ballbot_fusion.core.prepared import Prepared
from ballbot_fusion.core.samples import Source
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, SEED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.nodes.inference_node import InferenceNode
from ballbot_fusion.nodes.stream_report import StreamReport


class Heard:
    """Streams that have received so many messages; of all but cameras, none."""

    def __init__(self, frames: int) -> None:
        self.by_source: dict[Source, Any] = {}
        self.frames = frames

    def received(self, source: Source) -> int:
        return self.frames if source in (Source.CAMERA_0, Source.CAMERA_1) else 0

    def span_ns(self, _: Source) -> int:
        return 0


METADATA = SimpleNamespace(name="other")


def test_a_policy_that_senses_less_takes_over_between_a_tick_and_a_report() -> None:
    before, after = (Sensing(ObservationSpec.of(k), ROBOT) for k in (DEPLOYED_KEYS, SEED_KEYS))
    result = tick(before, initial_state(START_NS, -EPOCH_NS), [], START_NS + 1)
    node: Any = InferenceNode.__new__(InferenceNode)
    node.__dict__ |= {
        "_sensing": after, "_result": result, "_prepared": Prepared(result.state),
        "_unfamiliar": "",
        "_runtime": SimpleNamespace(metadata=METADATA, sha256=""), "_period_ns": 5_000_000,
        "_ticks": 1, "_late": 0, "intakes": None,
        "_report": SimpleNamespace(values=lambda *_: {}),
    }  # fmt: skip
    _, sentence, values = node.report()
    assert values["policy"] == "other"
    assert sentence.startswith("orientation: nothing was ever received; angular_vel: ")


def test_what_came_while_a_node_was_inactive_does_not_count_in_its_first_rate() -> None:
    sensing = Sensing(ObservationSpec.of(DEPLOYED_KEYS), ROBOT)
    heard: Any = Heard(900)
    report = StreamReport(START_NS, heard)
    heard.frames += 30
    later_ns = START_NS + 1_000_000_000
    result = tick(sensing, initial_state(later_ns, -EPOCH_NS), [], later_ns)
    values = report.values(result, heard, 200)
    assert (values["hz"], values["camera_0.hz"], values["imu.hz"]) == (200.0, 30.0, 0.0)
    assert values["camera_0.received"] == 930
