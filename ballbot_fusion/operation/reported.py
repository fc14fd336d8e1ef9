"""What a bridge, or inference, says of the faults that somebody injected. Free of ROS."""

from collections.abc import Mapping
from typing import NamedTuple

ENDED = ("over", "cleared")


class Reported(NamedTuple):
    """What the bridge, or inference, says of one fault."""

    number: int
    text: str
    state: str
    """to come, acting, over or cleared."""
    spoilt: int
    """How many samples it kept back, changed, added or moved; of the policy, how many answers."""

    @property
    def sentence(self) -> str:
        """For people."""
        what = "answers" if self.text.startswith("policy ") else "samples"
        return f"{self.text}: {self.state}, {self.spoilt} {what} spoilt"


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
