"""The echo of the motor commands: the last word stays valid, and times are not judged.

What the motors really do is known from nothing else; without it the policy sees an older action,
and what is level is not learned.
"""

from math import inf

from ballbot_fusion.core.reactions.reaction import Does, Reaction
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.samples import Source

_BORNE: tuple[tuple[str, float | None, tuple[Reason, ...]], ...] = (
    ("missing", None, ()),
    ("queued", None, ()),
    ("slow", 4.0, ()),
    ("intermittent", 20.0, ()),
    ("late", 20.0, ()),
    ("jitter", 20.0, ()),
    ("frozen", None, ()),
    ("duplicated", 1.0, ()),
    ("burst", 200.0, ()),
    ("joint_order", None, ()),
    ("joint_names", None, (Reason.WRONG_NAMES,)),
    ("nan", 0.0, (Reason.NON_FINITE,)),
    ("nan", 0.1, (Reason.NON_FINITE,)),
    ("nan", 1.0, (Reason.NON_FINITE,)),
)
STAY_S = 2.0

REACTIONS = (
    *(
        Reaction(kind, Source.MOTORS, Does.GOES_ON, reasons, size=size, lasts_s=STAY_S)
        for kind, size, reasons in _BORNE
    ),
    *(
        Reaction("never", Source.MOTORS, Does.MASKS, (Reason.NEVER_RECEIVED,), 0.005, None, lasts_s)
        for lasts_s in (STAY_S, inf)
    ),
)
"""All rows of the echo."""
