"""The whole graph of a policy file, opened: also what lies between its inputs and its action.

The runtime keeps features between ticks; this one has no past: every question is answered as the
first after a reset. Recurrent state is zero, a stack of frames holds the same one.
"""

from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray

from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.deployment.graph import MASK, OUTPUTS, feature_name, head_of
from ballbot_fusion.deployment.runtime import session_of

Array = NDArray[np.float32]


class Answer(NamedTuple):
    """Everything that the graph says of one observation."""

    action: Array
    """(3,) in [-1, 1]."""
    fused: Array
    """(N,)."""
    cameras: dict[str, Array]
    """(F,) per image key: what its encoder made of it."""
    softmaxes: list[Array]
    """Weights with sum 1 along the last axis, (heads, queries, keys), in the order of the graph."""


def _softmax_nodes(model: onnx.ModelProto, spec: ObservationSpec) -> list[tuple[str, int]]:
    """Output and axis of each softmax behind the encoders."""
    return [
        (node.output[0], next((a.i for a in node.attribute if a.name == "axis"), -1))
        for node in head_of(model, spec).graph.node
        if node.op_type == "Softmax"
    ]


def _weights(found: Array, axis: int) -> Array:
    """Bring a softmax over ``axis`` of a batch of one to (heads, queries, keys)."""
    last = np.moveaxis(found, axis, -1)
    heads = last.shape[-3] if last.ndim > 3 else 1
    return last.reshape(heads, -1, last.shape[-1])


class OpenGraph:
    """Answers questions one by one."""

    def __init__(self, model: onnx.ModelProto, spec: ObservationSpec) -> None:
        """Open ``model``, a policy of ``spec`` whose contract was checked."""
        opened = onnx.ModelProto()
        opened.CopyFrom(model)
        self._softmaxes = _softmax_nodes(model, spec)
        self._cameras = [entry.key for entry in spec.images]
        names = [name for name, _ in self._softmaxes] + [feature_name(k) for k in self._cameras]
        opened.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
        self._session = session_of(opened)
        self._shapes = {value.name: tuple(value.shape) for value in self._session.get_inputs()}
        self._names = [*OUTPUTS, *names]

    def _fitting(self, name: str, value: Array | None) -> Array:
        """``value`` as a batch of one; zeros for state, the same frame again for a stack."""
        shape = self._shapes[name]
        if value is None:
            return np.zeros(shape, np.float32)
        if value.ndim == 3 and value.shape != shape[1:]:
            value = np.tile(value, (shape[1] // value.shape[0], 1, 1))
        return value[None]

    def ask(self, observation: Observation, mask: Array) -> Answer:
        """Answer for an observation and a mask (modalities,)."""
        given = {**observation, MASK: mask}
        feed = {name: self._fitting(name, given.get(name)) for name in self._shapes}
        action, fused, *rest = self._session.run(self._names, feed)
        count = len(self._softmaxes)
        weights = [
            _weights(found, axis)
            for found, (_, axis) in zip(rest[:count], self._softmaxes, strict=True)
        ]
        cameras = {key: found[0] for key, found in zip(self._cameras, rest[count:], strict=True)}
        return Answer(action[0], fused[0], cameras, weights)
