"""Several faults at once: what each row promises holds beside the others."""

from dataclasses import dataclass

from ballbot_fusion.core.reactions import cameras, encoders, imu
from ballbot_fusion.core.reactions.reaction import LATCHES, Does, Reaction
from ballbot_fusion.core.samples import Source

CAMERAS = (Source.CAMERA_0, Source.CAMERA_1)
SENSORS = (Source.IMU, Source.ENCODERS, *CAMERAS)
SENSORS_LEFT = (Source.IMU, Source.ENCODERS, Source.CAMERA_1)
"""Those that still speak without the first camera."""
JUMP_MS = 5000.0
"""How far the clock jumps."""


@dataclass(frozen=True)
class Together:
    """Faults that begin at the same time."""

    name: str
    parts: tuple[Reaction, ...]
    upright: float | None
    """Least share of drives that stay upright."""


def _row(rows: tuple[Reaction, ...], kind: str) -> Reaction:
    """The row of a kind that lasts longest, of those that it drives on with."""
    found = [row for row in rows if row.kind == kind and row.does not in LATCHES]
    return max(found, key=lambda row: row.lasts_s)


def _jump(kind: str, sources: tuple[Source, ...] = SENSORS) -> tuple[Reaction, ...]:
    """A jump of the clock behind all stamps: it masks nothing."""
    return tuple(Reaction(kind, source, Does.GOES_ON, size=JUMP_MS) for source in sources)


def _both(kind: str) -> Together:
    rows = tuple(_row(cameras.of(source), kind) for source in CAMERAS)
    return Together(f"both cameras {kind}", rows, 1.0)


FIRST, SECOND = (cameras.of(source) for source in CAMERAS)
TOGETHER = (
    *map(_both, ("missing", "frozen", "black", "nan", "stale", "encoding", "never", "queued")),
    Together("clock jumps 5 s ahead", _jump("future"), 1.0),
    Together("clock jumps 5 s back", _jump("stale"), 1.0),
    Together("camera_0 missing, clock jumps 5 s ahead",
             (_row(FIRST, "missing"), *_jump("future", SENSORS_LEFT)), 1.0),
    Together("camera_0 missing, clock jumps 5 s back",
             (_row(FIRST, "missing"), *_jump("stale", SENSORS_LEFT)), 1.0),
    Together("encoders and camera_0 missing",
             (_row(encoders.REACTIONS, "missing"), _row(FIRST, "missing")), 0.99),
    Together("encoders missing, camera_1 frozen",
             (_row(encoders.REACTIONS, "missing"), _row(SECOND, "frozen")), 0.99),
    Together("imu burst, camera_1 missing",
             (_row(imu.REACTIONS, "burst"), _row(SECOND, "missing")), 1.0),
    Together("imu missing, both cameras frozen",
             (_row(imu.REACTIONS, "missing"), _row(FIRST, "frozen"), _row(SECOND, "frozen")), 0.99),
)  # fmt: skip
"""All pairs that are promised and measured."""
