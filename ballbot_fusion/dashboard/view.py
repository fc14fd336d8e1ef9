"""What the page shows, and nothing of how: fed with what was heard, asked for frames.

Free of ROS and of the web. Time comes in as steady seconds. What is not heard any more is not
shown: each part of a frame is either fresh, or absent with the words that say since when.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import degrees, hypot, isfinite
from typing import Any

from ballbot_fusion.core import rotation
from ballbot_fusion.core.glance import Glance
from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.dashboard import events, rows
from ballbot_fusion.dashboard.freshness import Heard
from ballbot_fusion.dashboard.latency_window import LatencyWindow
from ballbot_fusion.operation.reported import BRIDGE, INFERENCE, Reported, reported

NODE_S = 2.5
"""Nodes speak once a second; silent for longer, they are shown as dead."""
GLANCE_S = 0.5
MOTORS_S = 0.3
PICTURE_S = 1.0
COMMAND_S = 0.5
"""A cmd_vel older than this means zero to the robot."""
EVENTS_SHOWN = 60
RANKS = {"acting": 0, "to come": 1}
"""Faults in these states are shown before all others."""
UNKNOWN_LIMIT_DEG = 30.0


@dataclass(frozen=True)
class Said:
    """What a node said of itself."""

    level: int
    message: str
    values: Mapping[str, str]


@dataclass
class View:
    """Everything that is known, and since when."""

    robot: RobotConfig
    expected: Sequence[str] = ("inference", "safety")
    """Nodes that must be there: missing ones are shown as dead, not left out."""
    line: events.TimeLine = field(default_factory=events.TimeLine)
    latency: LatencyWindow = field(default_factory=LatencyWindow)

    def __post_init__(self) -> None:
        """Nothing is heard yet."""
        self.nodes = {name: Heard[Said](NODE_S) for name in self.expected}
        self.glance = Heard[Glance](GLANCE_S)
        self.motors = Heard[Vector](MOTORS_S)
        self.command = Heard[Vector](COMMAND_S)
        self.features = Heard[Sequence[float]](GLANCE_S)
        self.pictures = [Heard[Mapping[str, str]](PICTURE_S) for _ in self.robot.cameras]
        self._mode = ""
        self._faults_of: dict[str, dict[tuple[int, str], float]] = {}
        """By node: the faults that it tells of, and when it did first (steady s)."""

    # --- hearing ---

    def hear_node(self, name: str, said: Said, now_s: float) -> None:
        """A node reports; nodes that nobody expected are shown too."""
        self.nodes.setdefault(name, Heard(NODE_S)).hear(said, now_s)
        self.line.alive(name, True, now_s)
        if name == "safety" and "mode" in said.values:
            self.hear_mode(said.values["mode"], now_s, said.values.get("reason", ""))
        self._hear_faults(name, reported(said.values), now_s)

    def _hear_faults(self, name: str, faults: Sequence[Reported], now_s: float) -> None:
        before = self._faults_of.get(name, {})
        self._faults_of[name] = {
            (fault.number, fault.text): before.get((fault.number, fault.text), now_s)
            for fault in faults
        }
        for fault in faults:
            self.line.fault(fault, now_s)

    def hear_mode(self, mode: str, now_s: float, reason: str = "") -> None:
        """Safety says which state it is in."""
        self._mode = mode
        self.line.mode(mode, reason, now_s)

    def hear_glance(self, glance: Glance, now_s: float) -> None:
        """Inference says where the robot is and what it trusts."""
        self.glance.hear(glance, now_s)
        for key, reason in glance.reasons.items():
            self.line.modality(key, reason, now_s)

    # --- showing ---

    def _said(self, name: str, now_s: float) -> Said | None:
        heard = self.nodes.get(name)
        return None if heard is None else heard.fresh(now_s)

    def _values(self, name: str, now_s: float) -> Mapping[str, str]:
        said = self._said(name, now_s)
        return {} if said is None else said.values

    def notice_silence(self, now_s: float) -> None:
        """Put nodes that fell silent on the time line; to be called now and then."""
        for name, heard in self.nodes.items():
            if heard.at_s is not None:
                self.line.alive(name, heard.fresh(now_s) is not None, now_s)

    def frame(self, now_s: float, wall_s: float) -> dict[str, Any]:
        """Return everything that is to be shown now, as plain data.

        Args:
            now_s: steady time.
            wall_s: seconds since 1970, for the time of day of events.
        """
        self.notice_silence(now_s)
        return {
            "safety": self._safety(now_s),
            "pose": self._pose(now_s),
            "wheels": self._wheels(now_s),
            "modalities": {
                "rows": rows.modality_rows(
                    self.glance.fresh(now_s), self._values("inference", now_s)
                ),
                "stale": self.glance.stale(now_s),
            },
            "pictures": [
                {**(heard.fresh(now_s) or {}), "stale": heard.stale(now_s)}
                for heard in self.pictures
            ],
            "latency": self._latency(now_s),
            "features": _readable(self.features.fresh(now_s)) or [],
            "nodes": [self._node(name, now_s) for name in self.nodes],
            "faults": self._faults(now_s),
            "simulated": self._said(BRIDGE, now_s) is not None,
            "facts": self._facts(now_s),
            "events": events.shown(self.line, now_s, wall_s, EVENTS_SHOWN),
        }

    def _faults(self, now_s: float) -> list[dict[str, Any]]:
        """Of sensors and policy: what acts, what is to come, what is over; each newest first."""
        found = [
            (RANKS.get(fault.state, len(RANKS)), -self._first_s(name, fault), -fault.number, fault)
            for name in (INFERENCE, BRIDGE)
            for fault in reported(self._values(name, now_s))
        ]
        return [{**entry[-1]._asdict(), "outcome": entry[-1].outcome} for entry in sorted(found)]

    def _first_s(self, name: str, fault: Reported) -> float:
        """When a node told of a fault first, steady s."""
        return self._faults_of.get(name, {}).get((fault.number, fault.text), 0.0)

    def _safety(self, now_s: float) -> dict[str, Any]:
        values = self._values("safety", now_s)
        if not values:
            stale = self.nodes["safety"].stale(now_s) if "safety" in self.nodes else "never heard"
            words = f"safety is not heard: {stale}"
            return {"mode": "NO SAFETY", "level": "bad", "reason": words, "dry": False}
        mode = self._mode or values.get("mode", "")
        level = events.LEVELS[Mode(mode)] if mode in Mode.__members__ else "warn"
        reason = values.get("reason", "") if values.get("mode") == mode else ""
        return {
            "mode": mode, "level": level, "reason": reason,
            "dry": values.get("dry_run") == "True",
        }  # fmt: skip

    def _pose(self, now_s: float) -> dict[str, Any]:
        limit = rows.number(self._values("safety", now_s).get("tilt_limit_deg"))
        limit_deg = UNKNOWN_LIMIT_DEG if limit is None else limit
        glance, heard = self.glance.fresh(now_s), self.command.fresh(now_s)
        if glance is None:
            return {"stale": self.glance.stale(now_s), "limit_deg": limit_deg}
        return {
            "stale": "",
            "limit_deg": limit_deg,
            "position": [round(value, 4) for value in glance.position],
            "attitude": [round(value, 5) for value in glance.attitude],
            "tilt_deg": round(degrees(rotation.tilt_of(glance.attitude)), 2),
            "yaw_deg": round(degrees(rotation.yaw_of(glance.attitude)), 1),
            "velocity": [round(glance.velocity[0], 3), round(glance.velocity[1], 3)],
            "yaw_rate": round(glance.rate[2], 3),
            "speed": round(hypot(glance.velocity[0], glance.velocity[1]), 3),
            "command": [round(value, 3) for value in glance.command],
            "asked": _readable(heard),
        }

    def _wheels(self, now_s: float) -> dict[str, Any]:
        effort, glance = self.motors.fresh(now_s), self.glance.fresh(now_s)
        return {
            "stale": self.motors.stale(now_s),
            "effort": None if effort is None else [round(value, 3) for value in effort],
            "limit": self.robot.wheels.max_torque,
            "speed": None if glance is None else [round(value, 2) for value in glance.wheels],
        }

    def _latency(self, now_s: float) -> dict[str, Any]:
        return {
            "counts": self.latency.counts(now_s),
            "p50": self.latency.percentile_ms(0.50, now_s),
            "p99": self.latency.percentile_ms(0.99, now_s),
        }

    def _node(self, name: str, now_s: float) -> dict[str, Any]:
        heard = self.nodes[name]
        said, stale = heard.fresh(now_s), heard.stale(now_s)
        if said is None:
            return {"name": name, "level": "bad", "message": f"dead: {stale}", "dead": True}
        level = rows.LEVELS.get(said.level, "bad")
        return {"name": name, "level": level, "message": said.message, "dead": False}

    def _facts(self, now_s: float) -> dict[str, str]:
        inference = self._values("inference", now_s)
        bridge, safety = self._values("mujoco_bridge", now_s), self._values("safety", now_s)
        facts = {
            "policy": inference.get("policy"),
            "control": _with_unit(inference.get("hz"), "Hz"),
            "late ticks": inference.get("late_ticks"),
            "policy's share": safety.get("policy_share"),
            "wheel check": safety.get("wheels"),
            "real-time factor": bridge.get("real_time_factor"),
            "upright": _with_unit(_rounded(bridge.get("upright_s")), "s"),
        }
        return {name: value for name, value in facts.items() if value}


def _readable(values: Sequence[float] | None) -> list[float] | None:
    """Numbers for pages; None where one is not finite: JSON has no such number, browsers stop."""
    if values is None or not all(map(isfinite, values)):
        return None
    return [round(value, 3) for value in values]


def _with_unit(text: str | None, unit: str) -> str | None:
    return None if text is None else f"{text} {unit}"


def _rounded(text: str | None) -> str | None:
    value = rows.number(text)
    return None if value is None else f"{value:.1f}"
