"""What a bridge, or inference, says of the faults that somebody injected. Free of ROS."""

from collections.abc import Mapping
from typing import NamedTuple

ENDED = ("over", "cleared")
POLICY, INFERENCE, BRIDGE = "policy", "inference", "mujoco_bridge"


def whose(stream: str | None) -> str:
    """Return the node that spoils a stream: the policy's answers are spoilt where they are made."""
    return INFERENCE if stream == POLICY else BRIDGE


class Reported(NamedTuple):
    """What the bridge, or inference, says of one fault."""

    number: int
    text: str
    state: str
    """to come, acting, over or cleared."""
    spoilt: int
    """How many samples it kept back, changed, added or moved; of the policy, how many answers."""

    @property
    def stream(self) -> str:
        """Of which stream, or of the policy."""
        return self.text.partition(" ")[0]

    @property
    def outcome(self) -> str:
        """How it stands and what it spoilt, for people."""
        what = "answers" if self.stream == POLICY else "samples"
        return f"{self.state}, {self.spoilt} {what} spoilt"

    @property
    def sentence(self) -> str:
        """All of it, for people."""
        return f"{self.text}: {self.outcome}"


def reported(values: Mapping[str, str]) -> list[Reported]:
    """Read all faults from a node's diagnostics, the oldest first."""
    numbers = sorted(
        int(key.removeprefix("fault_"))
        for key in values
        if key.startswith("fault_") and key.removeprefix("fault_").isdigit()
    )
    return [
        Reported(
            number,
            values[f"fault_{number}"],
            values.get(f"fault_{number}.state", "?"),
            _count(values.get(f"fault_{number}.spoilt", "")),
        )
        for number in numbers
    ]


def _count(text: str) -> int:
    """Read a count; 0 from anything else: anybody may publish diagnostics."""
    return int(text) if text.isdecimal() else 0
