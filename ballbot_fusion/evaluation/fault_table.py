"""The table of faults as Markdown: what docs/faults.md shows is what core/reactions says."""

from dataclasses import replace
from math import inf, isinf
from typing import TypeVar

from ballbot_fusion.core.reactions import (
    LATCHES,
    POLICY_REACTIONS,
    REACTIONS,
    TOGETHER,
    PolicyReaction,
    Reaction,
)
from ballbot_fusion.core.reactions.computer import COMPUTER_REACTIONS
from ballbot_fusion.core.reactions.people import PEOPLE
from ballbot_fusion.core.samples import Source
from ballbot_fusion.evaluation.markdown import between_marks

BEGIN, END = "<!-- faults: {name} -->", "<!-- end of faults: {name} -->"
"""Lines around a stream's table in a page; ``name`` is one of SECTIONS, or SEVERAL."""
SECTIONS = {
    "imu": Source.IMU,
    "encoders": Source.ENCODERS,
    "cameras": Source.CAMERA_0,
    "motors": Source.MOTORS,
}
"""Both cameras are treated alike: one table."""
SEVERAL = "several"
"""The table of faults that happen together."""
POLICY = "policy"
"""The table of what happens to the policy itself."""
OPERATOR = "people"
"""The table of what operators do, or fail to do."""
COMPUTER = "computer"
"""The table of what happens to processes and to the machine."""
RowT = TypeVar("RowT", Reaction, PolicyReaction)
HEADER = (
    "fault", "what happens", "how long", "noticed", "what the robot does", "upright",
    "what the operator sees", "how it recovers",
)  # fmt: skip


def _upright(row: Reaction | PolicyReaction) -> str:
    if row.upright is None:
        return "it falls" if row.does in LATCHES else "it may fall"
    return f"{row.upright:.0%}"


def _cells(row: Reaction | PolicyReaction) -> tuple[str, ...]:
    how_long = "for ever" if isinf(row.lasts_s) else f"up to {row.lasts_s:g} s"
    size = "" if row.size is None else f" {row.size:.4g}"
    return (
        f"`{row.kind}`{size}", row.described, how_long, row.noticed, row.does.value,
        _upright(row), row.shown, row.recovers,
    )  # fmt: skip


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(rows: tuple[RowT, ...]) -> list[RowT]:
    """All but those that say of some seconds what another one says of ever."""
    lasting = {replace(row, lasts_s=inf) for row in rows if isinf(row.lasts_s)}
    return [row for row in rows if isinf(row.lasts_s) or replace(row, lasts_s=inf) not in lasting]


def table(source: Source) -> str:
    """Return the rows of a stream as a Markdown table."""
    lines = [_line(HEADER), _line(("---",) * len(HEADER))]
    text = "\n".join([*lines, *(_line(_cells(row)) for row in _shown(REACTIONS[source]))])
    # The table is for either camera.
    return text.replace("camera_0", "camera")


def table_of_policy() -> str:
    """Return the rows of the policy as a Markdown table."""
    lines = [_line(HEADER), _line(("---",) * len(HEADER))]
    return "\n".join([*lines, *(_line(_cells(row)) for row in _shown(POLICY_REACTIONS))])


def table_of_several() -> str:
    """Return what happens together as a Markdown table; each part has its row elsewhere."""
    header = ("faults", "masked", "within", "upright")
    lines = [_line(header), _line(("---",) * len(header))]
    for several in TOGETHER:
        masked = [row for row in several.parts if row.masks]
        names = ", ".join(dict.fromkeys(row.source.name.lower() for row in masked))
        within = max((row.within_s for row in masked), default=0.0)
        upright = "it may fall" if several.upright is None else f"{several.upright:.0%}"
        when = f"{within * 1e3:.0f} ms" if masked else "-"
        lines.append(_line((several.name, names or "nothing", when, upright)))
    return "\n".join(lines)


def table_of_people() -> str:
    """Return what operators do, or fail to do, as a Markdown table."""
    header = (
        "what", "noticed", "what the robot does", "arming", "what the operator sees",
        "how it recovers",
    )  # fmt: skip
    lines = [_line(header), _line(("---",) * len(header))]
    for row in PEOPLE:
        arming = "refused meanwhile" if row.refuses else "possible again"
        shown = f"`safety`: FAULT, “{row.said}”"
        lines.append(_line((row.name, row.noticed, row.does, arming, shown, row.recovers)))
    return "\n".join(lines)


def table_of_computer() -> str:
    """Return what happens to processes and to the machine as a Markdown table."""
    header = (
        "what happens", "noticed", "what the robot does", "safety afterwards", "upright",
        "what the operator sees", "how it recovers",
    )  # fmt: skip
    lines = [_line(header), _line(("---",) * len(header))]
    for row in COMPUTER_REACTIONS:
        upright = "it falls" if row.upright is None else f"{row.upright:.0%}"
        cells = (row.name, row.noticed, row.does, row.ends.value, upright, row.shown, row.recovers)
        lines.append(_line(cells))
    return "\n".join(lines)


_OTHERS = {
    SEVERAL: table_of_several,
    POLICY: table_of_policy,
    OPERATOR: table_of_people,
    COMPUTER: table_of_computer,
}


def _made(name: str) -> str:
    if name in _OTHERS:
        return _OTHERS[name]()
    if name not in SECTIONS:
        names = ", ".join([*SECTIONS, *_OTHERS])
        raise ValueError(f"No faults of {name!r}; write one of {names}.")
    return table(SECTIONS[name])


def with_faults(page: str) -> str:
    """Return ``page`` with every table of faults between its marks made anew.

    Raises:
        ValueError: a mark without its end, or of a section that there is not.
    """
    return between_marks(page, BEGIN, END, _made)
