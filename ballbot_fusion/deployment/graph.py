"""Splitting a policy's graph: one encoder per camera, and the head that runs every tick."""

import onnx
from onnx.utils import Extractor

from ballbot_fusion.core.spec import ObservationSpec

OUTPUTS = ("action", "features")
MASK = "mask"


def feature_name(key: str) -> str:
    """Name of the tensor between a camera's encoder and the head."""
    return f"{key}_features"


def encoder_of(model: onnx.ModelProto, key: str) -> onnx.ModelProto:
    """Cut out the encoder of one camera."""
    return Extractor(model).extract_model([key], [feature_name(key)])


def head_of(model: onnx.ModelProto, spec: ObservationSpec) -> onnx.ModelProto:
    """Cut out everything behind the encoders."""
    inputs = [feature_name(entry.key) if entry.is_image else entry.key for entry in spec]
    return Extractor(model).extract_model([*inputs, MASK], list(OUTPUTS))
