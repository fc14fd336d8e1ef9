"""The computer and its processes: what dies, hangs or runs out while the robot drives."""

from dataclasses import dataclass

from ballbot_fusion.core.mode import Mode
from ballbot_fusion.core.reactions.people import STOP_WITHIN_S
from ballbot_fusion.core.reactions.policy import WITHIN_S

DRIVER_WITHIN_S = 0.05
"""From the last command until a driver zeroes the motors by itself, s."""
SILENCE_WITHIN_S = 0.1
"""From the last IMU sample until safety has ramped the torques to zero, s."""
BALANCES = "safety balances until the policy is good again, and hands over without a step"
DRIVES = "the policy drives on"
FALLS = "disarm, put it upright, arm"
COMES_BACK = "started again by the launch; drives once it was good for a while"


@dataclass(frozen=True)
class ComputerReaction:
    """What is promised about one thing that happens to a process or to the machine."""

    name: str
    """In words; also the case of the campaign."""
    noticed: str
    does: str
    shown: str
    """What an operator sees."""
    recovers: str
    ends: Mode = Mode.ARMED
    """What safety is in afterwards."""
    upright: float | None = 1.0
    """Least share of drives that stay upright; None: it may fall."""
    takeover_s: float | None = None
    """When at the latest the fallback drives; None: the policy must not be replaced, or may."""
    alone: bool = False
    """Whether the policy must drive all the time."""
    zero_s: float | None = None
    """When at the latest the motors are at zero and stay there; None: they are driven."""


def _replaced(name: str, shown: str, recovers: str = COMES_BACK) -> ComputerReaction:
    noticed = f"no command for 15 ms; the fallback drives within {WITHIN_S * 1e3:.0f} ms"
    return ComputerReaction(name, noticed, BALANCES, shown, recovers, takeover_s=WITHIN_S)


def _unmoved(name: str, noticed: str, shown: str, recovers: str) -> ComputerReaction:
    return ComputerReaction(name, noticed, DRIVES, shown, recovers)


def stopped(name: str) -> ComputerReaction:
    """What is promised of an emergency stop in the middle of something else."""
    return ComputerReaction(
        name, f"motors at zero within {STOP_WITHIN_S * 1e3:.0f} ms",
        "torques zero at once, FAULT latched", "`safety`: FAULT, “emergency stop pressed”", FALLS,
        ends=Mode.FAULT, upright=None, zero_s=STOP_WITHIN_S,
    )  # fmt: skip


COMPUTER_REACTIONS = (
    _replaced("inference killed", "`safety`: FALLBACK, “the policy is silent”"),
    _replaced(
        "inference stopped for 1 s",
        "`safety`: FALLBACK, “the policy is silent”",
        "it finds what queued up, and drives once it was good for a while",
    ),
    _replaced(
        "inference killed, and again while it starts", "`safety`: FALLBACK, “the policy is silent”"
    ),
    ComputerReaction(
        "safety killed",
        f"the driver's own watchdog: motors at zero within {DRIVER_WITHIN_S * 1e3:.0f} ms",
        "nobody commands the motors; safety is started again, disarmed",
        "the launch: safety died; `safety`: DISARMED",
        FALLS,
        ends=Mode.DISARMED,
        upright=None,
        zero_s=DRIVER_WITHIN_S,
    ),
    ComputerReaction(
        "safety stopped for 1 s",
        f"the driver's own watchdog: motors at zero within {DRIVER_WITHIN_S * 1e3:.0f} ms",
        "nobody commands the motors; safety finds the robot fallen and latches FAULT",
        "`safety`: FAULT",
        FALLS,
        ends=Mode.FAULT,
        upright=None,
        zero_s=DRIVER_WITHIN_S,
    ),
    ComputerReaction(
        "drivers stopped for 1 s",
        f"no IMU sample: motors at zero within {SILENCE_WITHIN_S * 1e3:.0f} ms",
        "safety ramps the torques to zero and latches FAULT",
        "`safety`: FAULT, “no sample arrived lately”",
        FALLS,
        ends=Mode.FAULT,
        upright=None,
        zero_s=SILENCE_WITHIN_S,
    ),
    _unmoved(
        "recorder killed", "by nobody who drives", "the launch: the recorder died",
        "started again by the launch, into another folder; the broken recording can be read",
    ),
    _unmoved(
        "disk full while recording", "the recorder: too little room", "`recorder`: what it lacks",
        "it records on once there is room",
    ),
    _unmoved(
        "all cores busy for 5 s", "not noticed: its processes go first, where that is permitted",
        "late ticks of `inference`", "nothing to recover from",
    ),
    _unmoved(
        "all cores busy for 5 s, IMU bursts", "repeated samples are refused",
        "`inference`: refused samples of imu", "nothing to recover from",
    ),
    _unmoved(
        "memory short for 5 s", "not noticed: its memory is locked, where that is permitted",
        "nothing", "nothing to recover from",
    ),
    ComputerReaction(
        "policy exchanged while driving", "no command for 15 ms while it is loaded", BALANCES,
        "`inference`: its name and hash", "drives once it was good for a while",
    ),
    ComputerReaction(
        "policy with NaN weights loaded", "refused before it answers once", BALANCES,
        "the answer of `inference/load_policy` says why", "the old one drives on",
    ),
    ComputerReaction(
        "second publisher of motor commands",
        "safety counts who publishes there, once a second",
        "torques zero, FAULT latched; what the other one sends it cannot stop",
        "`safety`: FAULT, and who it is",
        "end it, put the robot upright, arm",
        ends=Mode.FAULT,
        upright=None,
    ),
    *(
        ComputerReaction(
            f"network loses {percent} % of packets for 5 s",
            "not noticed, or no command for 15 ms", BALANCES,
            "rates of the streams", "drives once it was good for a while",
        )
        for percent in (1, 10, 30)
    ),
    ComputerReaction(
        "operator's network cut for 3 s", "no command on `cmd_vel` for 0.5 s",
        "the policy brakes and stands until it is commanded again",
        "`inference`: age of the command", "it drives on when commands come again",
    ),
)  # fmt: skip
"""All rows."""
