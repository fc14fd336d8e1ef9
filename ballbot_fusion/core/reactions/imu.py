"""The IMU: gone for 30 ms it is masked, gone for longer than 60 ms nobody can balance."""

from math import inf

from ballbot_fusion.core.reactions.reaction import Does, Reaction
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source

WITHIN_S, ZERO_S = 0.035, 0.1
"""The stale limit and a tick; when at the latest the motors are at zero."""
BRIEF_S, LONG_S = 0.02, 0.06
"""Outages that the estimator bridges: unmasked, and masked."""
STAY_S = 2.0

_LOST: tuple[tuple[str, float | None, Reason], ...] = (
    ("missing", None, Reason.SILENT),
    ("queued", None, Reason.SILENT),
    ("frozen", None, Reason.FROZEN),
    ("equal", None, Reason.FROZEN),
    ("still", None, Reason.STALE_STAMP),
    ("stale", 1000.0, Reason.STALE_STAMP),
    ("future", 1000.0, Reason.FUTURE_STAMP),
    ("nan", 1.0, Reason.NON_FINITE),
    ("saturated", 2000.0, Reason.OUT_OF_RANGE),
    ("quaternion", 0.0, Reason.NOT_UNIT),
    ("quaternion", 2.0, Reason.NOT_UNIT),
    ("frame", None, Reason.WRONG_FRAME),
)
"""What takes the IMU away, its size, and the reason that is given."""
_BORNE: tuple[tuple[str, float | None, tuple[Reason, ...]], ...] = (
    ("late", 10.0, ()),
    ("jitter", 20.0, ()),
    ("noisy", 3.0, ()),
    ("slow", 4.0, ()),
    ("intermittent", 20.0, ()),
    ("no_orientation", None, ()),
    ("nan", 0.0, (Reason.NON_FINITE,)),
    ("nan", 0.1, (Reason.NON_FINITE,)),
    ("duplicated", 1.0, (Reason.STAMP_NOT_ADVANCING,)),
    ("burst", 200.0, (Reason.STALE_STAMP, Reason.STAMP_NOT_ADVANCING)),
    ("unordered", 5.0, (Reason.STAMP_NOT_ADVANCING,)),
)
"""What it drives on with."""


def _lost(kind: str, size: float | None, reason: Reason) -> tuple[Reaction, ...]:
    # Nobody refuses what did not arrive; and stamps that stand still grow old only in time.
    said = {"missing": (), "queued": (), "still": (Reason.STAMP_NOT_ADVANCING,)}.get(
        kind, (reason,)
    )
    return (
        Reaction(kind, Source.IMU, Does.GOES_ON, said, size=size, lasts_s=BRIEF_S),
        Reaction(kind, Source.IMU, Does.MASKS, (reason,), WITHIN_S, size, LONG_S, 0.99),
        Reaction(kind, Source.IMU, Does.FAULTS, (reason,), WITHIN_S, size, inf, None, ZERO_S),
    )


REACTIONS = (
    *(row for kind, size, reason in _LOST for row in _lost(kind, size, reason)),
    *(
        Reaction(kind, Source.IMU, Does.GOES_ON, reasons, size=size, lasts_s=STAY_S)
        for kind, size, reasons in _BORNE
    ),
)
"""All rows of the IMU."""
