"""The cameras: whatever becomes of one, or both, the robot stays upright."""

from math import inf

from ballbot_fusion.core.reactions.reaction import Does, Reaction
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source

WITHIN_S, FROZEN_S = 0.105, 0.25
"""The stale limit and a tick; content that stands still is noticed later."""
STAY_S = 2.0

_LOST: tuple[tuple[str, float | None, tuple[Reason, ...], float], ...] = (
    ("missing", None, (Reason.SILENT,), WITHIN_S),
    ("queued", None, (Reason.SILENT,), WITHIN_S),
    ("intermittent", 200.0, (Reason.SILENT,), WITHIN_S),
    ("slow", 4.0, (Reason.SILENT,), WITHIN_S),
    ("late", 120.0, (Reason.SILENT, Reason.STALE_STAMP), 0.17),
    ("jitter", 400.0, (Reason.SILENT, Reason.STALE_STAMP), 0.5),
    ("frozen", None, (Reason.FROZEN,), FROZEN_S),
    ("still", None, (Reason.STAMP_NOT_ADVANCING, Reason.STALE_STAMP), WITHIN_S),
    ("stale", 1000.0, (Reason.STALE_STAMP,), WITHIN_S),
    ("future", 1000.0, (Reason.FUTURE_STAMP,), WITHIN_S),
    ("nan", 1.0, (Reason.ALL_INVALID,), WITHIN_S),
    ("black", None, (Reason.ALL_INVALID,), WITHIN_S),
    ("encoding", None, (Reason.WRONG_ENCODING,), WITHIN_S),
    ("image_size", 4.0, (Reason.WRONG_SHAPE,), WITHIN_S),
    ("frame", None, (Reason.WRONG_FRAME,), WITHIN_S),
)
"""What takes a camera away, its size, the reasons that are given, and when at the latest."""
_BORNE: tuple[tuple[str, float | None, tuple[Reason, ...]], ...] = (
    ("late", 40.0, ()),
    ("jitter", 20.0, ()),
    ("noisy", 5.0, ()),
    ("slow", 2.0, ()),
    ("image_size", 32.0, ()),
    ("nan", 0.0, (Reason.ALL_INVALID,)),
    ("duplicated", 1.0, (Reason.STAMP_NOT_ADVANCING,)),
    ("burst", 200.0, (Reason.STALE_STAMP, Reason.STAMP_NOT_ADVANCING)),
    ("unordered", 2.0, (Reason.STAMP_NOT_ADVANCING,)),
)
"""What it drives on with."""
_BY_CHANCE: tuple[tuple[str, float | None, tuple[Reason, ...]], ...] = (
    ("nan", 0.1, (Reason.ALL_INVALID,)),
)
"""What takes it away when the limit passes without a good frame: three of them, at 30 Hz."""


def of(source: Source) -> tuple[Reaction, ...]:
    """Return all rows of one camera."""
    return (
        *(
            Reaction(kind, source, Does.MASKS, reasons, within_s, size, lasts_s)
            for kind, size, reasons, within_s in _LOST
            for lasts_s in (STAY_S, inf)
        ),
        *(
            Reaction("never", source, Does.MASKS, (Reason.NEVER_RECEIVED,), 0.005, None, lasts_s)
            for lasts_s in (STAY_S, inf)
        ),
        *(
            Reaction(kind, source, does, reasons, size=size, lasts_s=STAY_S)
            for does, rows in ((Does.GOES_ON, _BORNE), (Does.MAY_MASK, _BY_CHANCE))
            for kind, size, reasons in rows
        ),
    )
