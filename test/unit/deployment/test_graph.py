from pathlib import Path

import pytest
from support.policies import exported

from ballbot_fusion.core.spec import BALANCE_KEYS, DEPLOYED_KEYS, ObservationSpec
from ballbot_fusion.deployment.graph import encoder_of, head_of

ROOT = Path(__file__).parents[3]


def names(values: object) -> list[str]:
    return [value.name for value in values]  # type: ignore[attr-defined]


@pytest.mark.parametrize("keys", [DEPLOYED_KEYS, BALANCE_KEYS])
def test_inputs_and_outputs_are_the_contract_s(keys: tuple[str, ...]) -> None:
    model = exported(keys)
    assert names(model.graph.input) == [*keys, "mask"]
    assert names(model.graph.output) == ["action", "features"]


def test_split_parts_meet_at_the_named_features() -> None:
    model, spec = exported(DEPLOYED_KEYS), ObservationSpec.of(DEPLOYED_KEYS)
    head = head_of(model, spec)
    encoders = [encoder_of(model, entry.key) for entry in spec.images]
    assert [names(part.graph.input) for part in encoders] == [["rgbd_0"], ["rgbd_1"]]
    assert [names(e.graph.output) for e in encoders] == [["rgbd_0_features"], ["rgbd_1_features"]]
    assert not {"Conv"} & {node.op_type for node in head.graph.node}
    parts = sum(len(part.graph.node) for part in (head, *encoders))
    assert parts == len(model.graph.node), "a node runs twice, or not at all"


def test_batch_norm_is_folded_away() -> None:
    kinds = {node.op_type for node in exported(DEPLOYED_KEYS).graph.node}
    assert "BatchNormalization" not in kinds
    assert "Dropout" not in kinds


def test_a_policy_file_tells_nothing_of_the_machine_that_made_it() -> None:
    content = exported(DEPLOYED_KEYS).SerializeToString()
    for trace in (str(ROOT), "site-packages", "stack_trace", ".py"):
        assert trace.encode() not in content, trace
