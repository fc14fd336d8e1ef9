"""The emergency stop in the middle of what happens to the computer."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions.computer import COMPUTER_REACTIONS, ComputerReaction, stopped
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset import Upset

PRESSED_AFTER_S = 0.3
"""After the upset began, s: the fallback balances then, where it is called for."""
PASSES_S = 1.0
"""How long to look when an upset takes no time, s."""
OTHERWISE = {
    "operator's network cut for 3 s": "must be driven again to prove that the network was cut",
}
"""Why some have none."""


def _named(row: ComputerReaction) -> str:
    return f"{row.name}, emergency stop"


SURVIVED = tuple(
    row for row in COMPUTER_REACTIONS if row.ends is Mode.ARMED and row.name not in OTHERWISE
)
ROWS = tuple(stopped(_named(row)) for row in SURVIVED)
"""What is promised."""


def _pressed(do: Callable[[Live], None]) -> Callable[[Live], None]:
    def both(live: Live) -> None:
        live.e_stop_after(PRESSED_AFTER_S)
        do(live)
        live.pass_time(PASSES_S)

    return both


def upsets(others: Mapping[str, Upset]) -> dict[str, Upset]:
    """Return all of them by name; ``others`` are what is done to the computer."""
    return {
        _named(row): replace(others[row.name], do=_pressed(others[row.name].do)) for row in SURVIVED
    }
