"""Who stands between sensors and motors in a bench, and under what load: names, free of ROS."""

from dataclasses import dataclass

GRAPH, FLOOR, UNLOADED, USUAL = "graph", "floor", "floor, unloaded", "usual way"
TRACED = "graph, traced"


@dataclass(frozen=True)
class Contest:
    """One contender under one load."""

    who: str
    rate_hz: int = 200
    size: tuple[int, int] = (64, 64)
    queue_size: int = 100
    slop_s: float = 0.005
    traced: bool = False
    """Somebody reads the trace, for the ages in it; latencies are not those of untraced runs."""
    real_time: bool = True

    @property
    def load(self) -> str:
        """Cameras and control rate in words."""
        rate = "" if self.who == USUAL else f", {self.rate_hz} Hz"
        return f"{self.size[0]}x{self.size[1]}{rate}"

    @property
    def case(self) -> str:
        """Name in results."""
        if self.who == UNLOADED:
            return UNLOADED
        return f"{TRACED if self.traced else self.who}, {self.load}"
