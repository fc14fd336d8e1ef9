"""The wheel encoders: gone for 40 ms they are masked, gone for 2.1 s safety brakes."""

from math import inf, pi

from ballbot_fusion.core.reactions.reaction import Does, Reaction
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source

WITHIN_S, ZERO_S = 0.045, 7.2
"""The stale limit and a tick; when at the latest the motors are at zero."""
STAY_S = 2.0
"""What is survived; what is borne lasts as long."""

_LOST: tuple[tuple[str, float | None, Reason], ...] = (
    ("missing", None, Reason.SILENT),
    ("queued", None, Reason.SILENT),
    ("still", None, Reason.STALE_STAMP),
    ("stale", 1000.0, Reason.STALE_STAMP),
    ("future", 1000.0, Reason.FUTURE_STAMP),
    ("nan", 1.0, Reason.NON_FINITE),
    ("joint_names", None, Reason.WRONG_NAMES),
)
"""What takes them away, its size, and the reason that is given."""
_BORNE: tuple[tuple[str, float | None, tuple[Reason, ...]], ...] = (
    ("late", 20.0, ()),
    ("jitter", 20.0, ()),
    ("noisy", 3.0, ()),
    ("slow", 4.0, ()),
    ("intermittent", 20.0, ()),
    ("joint_order", None, ()),
    ("encoder_jump", 0.5, ()),
    ("rollover", 2.0 * pi, (Reason.OUT_OF_RANGE,)),
    ("nan", 0.0, (Reason.NON_FINITE,)),
    ("nan", 0.1, (Reason.NON_FINITE,)),
    ("duplicated", 1.0, (Reason.STAMP_NOT_ADVANCING,)),
    ("burst", 200.0, (Reason.STALE_STAMP, Reason.STAMP_NOT_ADVANCING)),
    ("unordered", 5.0, (Reason.STAMP_NOT_ADVANCING,)),
)
"""What it drives on with."""
_BELIEVED = ("frozen", "reversed", "crossed")
"""Wheels at rest repeat themselves honestly. Signs and orders are checked from arming until they
are proven right (core/wheel_check.py): cables do not change while it drives."""


def _lost(kind: str, size: float | None, reason: Reason) -> tuple[Reaction, ...]:
    return (
        Reaction(kind, Source.ENCODERS, Does.MASKS, (reason,), WITHIN_S, size, STAY_S, 0.99),
        Reaction(kind, Source.ENCODERS, Does.BRAKES, (reason,), WITHIN_S, size, inf, None, ZERO_S),
    )


REACTIONS = (
    *(row for kind, size, reason in _LOST for row in _lost(kind, size, reason)),
    *(
        Reaction(kind, Source.ENCODERS, Does.GOES_ON, reasons, size=size, lasts_s=STAY_S)
        for kind, size, reasons in _BORNE
    ),
    *(
        Reaction(kind, Source.ENCODERS, Does.MAY_FALL, lasts_s=STAY_S, upright=None)
        for kind in _BELIEVED
    ),
)
"""All rows of the encoders."""
