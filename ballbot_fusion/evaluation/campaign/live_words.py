"""A plan of faults in the words of the launch argument, and the parameter, ``faults``."""

from dataclasses import replace

from ballbot_fusion.simulation.faults import Fault, FaultPlan, words
from ballbot_fusion.simulation.policy_faults import PolicyFault, PolicyPlan


def in_words(fault: Fault | PolicyFault) -> str:
    """Return a fault in the words that ask for it."""
    stream = fault.source.name.lower() if isinstance(fault, Fault) else words.POLICY
    return words.in_words(stream, fault)


def launch_arguments(faults: FaultPlan, of_policy: PolicyPlan = ()) -> tuple[str, ...]:
    """Return the launch arguments for all of them; nothing where there are none.

    Their times count from the launch there, and from the release here: they begin earlier there,
    by as long as arming takes.
    """
    planned: list[Fault | PolicyFault] = [*faults, *of_policy]
    texts = map(in_words, planned)
    told = (f"faults:={f'{words.BETWEEN} '.join(texts)}",) if planned else ()
    return (*told, "policy_faults:=true") if of_policy else told


def switched(faults: FaultPlan) -> list[tuple[float, str]]:
    """Return when something begins, s, and the words that switch it on then, in order."""
    found: dict[float, list[str]] = {}
    for fault in faults:
        now = replace(fault, start_s=0.0, stop_s=fault.stop_s - fault.start_s)
        found.setdefault(fault.start_s, []).append(in_words(now))
    return [(start_s, f"{words.BETWEEN} ".join(texts)) for start_s, texts in sorted(found.items())]
