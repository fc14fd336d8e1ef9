"""How a run through the live graph is set up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Around:
    """How a run is set up."""

    arguments: tuple[str, ...] = ()
    """``name:=value`` each, of sim.launch.py."""
    operator: tuple[str, ...] = ()
    """Command before that of whoever steers: where he is."""
    network: str = "local"
    """``local`` or ``lan``; the launch is given the same."""
