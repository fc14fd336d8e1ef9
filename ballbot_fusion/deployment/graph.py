"""Names in a policy's graph, and splitting it: an encoder per camera, a head for every tick."""

import onnx
from onnx.utils import Extractor

from ballbot_fusion.core.spec import ObservationSpec

OUTPUTS = ("action", "features")
MASK = "mask"
STATE, NEXT_STATE = "state", "next_state"
"""Input and output of a recurrent policy, behind the others."""


def outputs_of(state_size: int) -> tuple[str, ...]:
    """Outputs of a policy with so many numbers of state."""
    return (*OUTPUTS, NEXT_STATE) if state_size else OUTPUTS


def feature_name(key: str) -> str:
    """Name of the tensor between a camera's encoder and the head."""
    return f"{key}_features"


def encoder_of(model: onnx.ModelProto, key: str) -> onnx.ModelProto:
    """Cut out the encoder of one camera."""
    return Extractor(model).extract_model([key], [feature_name(key)])


def head_of(model: onnx.ModelProto, spec: ObservationSpec) -> onnx.ModelProto:
    """Cut out everything behind the encoders."""
    inputs = [feature_name(entry.key) if entry.is_image else entry.key for entry in spec]
    inputs += [MASK, *(value.name for value in model.graph.input if value.name == STATE)]
    return Extractor(model).extract_model(inputs, [value.name for value in model.graph.output])


def tidy(model: onnx.ModelProto, spec: ObservationSpec) -> None:
    """Leave the contract's outputs, the names to split at, and nothing of the exporting machine.

    The exporter writes the stack of every node, with the paths of its machine, beside it.
    """
    graph = model.graph
    splits = {feature_name(entry.key) for entry in spec.images}
    outputs = {value.name: value for value in graph.output}
    del graph.output[:], graph.value_info[:], graph.metadata_props[:]
    graph.output.extend(outputs[name] for name in (*OUTPUTS, NEXT_STATE) if name in outputs)
    graph.value_info.extend(value for name, value in outputs.items() if name in splits)
    graph.doc_string = ""
    for part in (*graph.node, *graph.initializer, *graph.input, *graph.output, *graph.value_info):
        del part.metadata_props[:]
        part.doc_string = ""
