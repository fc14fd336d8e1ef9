"""What inference says of its streams, whatever was exchanged since the last tick."""

from types import SimpleNamespace
from typing import Any

from unit.core.streams import EPOCH_NS, ROBOT, START_NS

from ballbot_fusion.core.prepared import Prepared
from ballbot_fusion.core.sensing import Sensing
from ballbot_fusion.core.spec import DEPLOYED_KEYS, SEED_KEYS, ObservationSpec
from ballbot_fusion.core.tick import tick
from ballbot_fusion.core.tick_state import initial_state
from ballbot_fusion.nodes.inference_node import InferenceNode

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
