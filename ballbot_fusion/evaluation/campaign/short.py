"""Which cases the short campaign drives: one of every kind of reaction, whatever the table has."""

from math import isfinite

from ballbot_fusion.evaluation.suites.fault_cases import CASES, START_S, Case


def _stream(name: str) -> str:
    """Both cameras are treated alike."""
    return name.split("_")[0]


def kind_of(case: Case) -> tuple[object, ...]:
    """What tells a case from those that one drive stands for: what fails, what the robot does."""
    streams = sorted(_stream(row.source.name) for row in case.parts)
    # What is no stream is known by the first word of its name: the policy has no time for more.
    return (*streams, case.does) if streams else (case.name.split()[0],)


def _shown_within(case: Case, seconds: float) -> bool:
    """Whether a drive of that length can show what is promised."""
    zero_s = [row.faults_within_s for row in case.parts if isfinite(row.faults_within_s)]
    needed_s = max([*zero_s, *(row.within_s for row in case.parts)], default=0.0)
    return START_S + needed_s < seconds


def telling(seconds: float) -> list[Case]:
    """Return the first case of every kind that a drive of ``seconds`` can show, singles first."""
    found: dict[tuple[object, ...], Case] = {}
    for case in sorted(CASES.values(), key=lambda case: len(case.parts)):
        if _shown_within(case, seconds):
            found.setdefault(kind_of(case), case)
    return list(found.values())
