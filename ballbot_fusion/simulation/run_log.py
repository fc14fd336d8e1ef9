"""What a run amounts to: how long upright, how far it leaned, a hash of the whole trajectory."""

import hashlib
from dataclasses import dataclass, field
from math import degrees
from typing import Any

from ballbot_fusion.simulation.simulation import Simulation


@dataclass
class RunLog:
    """Counts from the moment the stand lets go. Feed it once per control period."""

    released_ns: int | None = None
    upright_ns: int = 0
    fell: bool = False
    max_tilt: float = 0.0
    """rad."""
    _digest: Any = field(default_factory=hashlib.sha256, repr=False)

    def record(self, simulation: Simulation) -> None:
        """Take in the state after one control period."""
        self._digest.update(simulation.state_bytes())
        if simulation.held:
            return
        if self.released_ns is None:
            self.released_ns = simulation.time_ns
        self.fell = self.fell or simulation.fallen
        self.max_tilt = max(self.max_tilt, simulation.ground_truth().tilt)
        if not self.fell:
            self.upright_ns = simulation.time_ns - self.released_ns

    @property
    def trajectory_sha256(self) -> str:
        """Hash over qpos, qvel and ctrl of every period so far."""
        return self._digest.hexdigest()

    def summary(self) -> dict[str, Any]:
        """Figures by the names that every summary and evaluation uses."""
        return {
            "upright_s": self.upright_ns * 1e-9,
            "fell": self.fell,
            "max_tilt_deg": degrees(self.max_tilt),
            "trajectory_sha256": self.trajectory_sha256,
        }
