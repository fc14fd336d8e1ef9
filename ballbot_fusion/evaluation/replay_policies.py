"""The policies that drove in a recording, found by the numbers that its trace gives them."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import onnx

from ballbot_fusion.core import trace
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.recording.bag_reader import Bag

FindPolicy = Callable[[int], PolicyRuntime | None]
"""Finds a policy by its number (core/trace.py); None when there is none."""


def policies_of(bag: Bag, folder: Path, given: Path | None = None) -> FindPolicy:
    """Look for policies in ``given``, in the recording's attachments, and in ``folder``."""
    loaded: dict[int, PolicyRuntime] = {}

    def find(number: int) -> PolicyRuntime | None:
        # One that is missing is looked for again: it may be attached further on in the recording.
        if number not in loaded and (found := _policy(bag, folder, given, number)) is not None:
            loaded[number] = found
        return loaded.get(number)

    return find


def model_of(bag: Bag, folder: Path, given: Path | None, runtime: PolicyRuntime) -> onnx.ModelProto:
    """Return the graph of a policy that ``policies_of`` found, or that was read from ``given``.

    Raises:
        LookupError: its file has gone meanwhile.
    """
    number = trace.policy_number(runtime.sha256)
    for content in _contents(bag, folder, given):
        if _number_of(content) == number:
            return onnx.load_model_from_string(content)
    raise LookupError(f"The file of {runtime.metadata.name} ({runtime.sha256[:12]}) has gone.")


def _policy(bag: Bag, folder: Path, given: Path | None, number: int) -> PolicyRuntime | None:
    for content in _contents(bag, folder, given):
        if _number_of(content) == number:
            return PolicyRuntime.of_model(content)
    return None


def _contents(bag: Bag, folder: Path, given: Path | None) -> Iterator[bytes]:
    for path in [*([given] if given else []), *sorted(folder.glob("*.onnx"))]:
        yield path.read_bytes()
    yield from bag.attachments.values()


def _number_of(content: bytes) -> int:
    return trace.policy_number(hashlib.sha256(content).hexdigest())
