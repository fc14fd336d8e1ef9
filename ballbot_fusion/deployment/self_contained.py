"""A policy file is data only: nothing outside of it is read or run because of it.

ONNX has no code of its own, but a file may name other files that hold its weights, and operators
that somebody's library brings. Neither is needed here, and both would reach beyond the file.
"""

from collections.abc import Iterator
from typing import Any

import onnx

from ballbot_fusion.deployment.policy_file import PolicyFileError

STANDARD = ("", "ai.onnx")
"""Names of the operator set that onnxruntime itself implements."""


def _parts(message: Any) -> Iterator[Any]:
    """``message`` and every message within it."""
    yield message
    for _, value in message.ListFields():
        single = isinstance(value, str | bytes | int | float) or hasattr(value, "ListFields")
        for entry in (value,) if single else value:
            if hasattr(entry, "ListFields"):
                yield from _parts(entry)


def _reaches_out(part: Any) -> str:
    """Say what ``part`` of a model wants from elsewhere; empty when nothing."""
    if isinstance(part, onnx.TensorProto):
        outside = part.external_data or part.data_location == onnx.TensorProto.EXTERNAL
        return f"the weights {part.name!r} lie in another file" if outside else ""
    if isinstance(part, onnx.NodeProto) and part.domain not in STANDARD:
        return f"the operator {part.op_type!r} is of {part.domain!r}"
    if isinstance(part, onnx.OperatorSetIdProto) and part.domain not in STANDARD:
        return f"operators of {part.domain!r} are imported"
    if isinstance(part, onnx.FunctionProto):
        return f"it brings a function of its own, {part.name!r}"
    return ""


def check_self_contained(model: onnx.ModelProto, source: str) -> None:
    """Refuse a model that names other files or operators that are not of the standard.

    Raises:
        PolicyFileError: it does.
    """
    for part in _parts(model):
        if wrong := _reaches_out(part):
            raise PolicyFileError(
                f"{source}: {wrong}, expected everything in this file and standard operators "
                "alone. Export it with `ballbot export`."
            )
