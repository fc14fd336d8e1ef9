"""A plan of faults in the words of the bridge's parameter ``faults``, for launches."""

from math import isinf

from ballbot_fusion.simulation.faults import Fault, FaultPlan


def in_words(fault: Fault) -> str:
    """Return a fault as ``STREAM KIND [size X] [after S] [for S]``.

    Its times count from the launch there, and from the release here: it begins earlier there, by
    as long as arming takes.
    """
    lasts_s = fault.stop_s - fault.start_s
    parts = (
        f"{fault.source.name.lower()} {fault.kind}",
        "" if fault.size is None else f"size {fault.size:.12g}",
        "" if fault.start_s == 0.0 else f"after {fault.start_s:.12g}",
        "" if isinf(lasts_s) else f"for {round(lasts_s, 9):.12g}",
    )
    return " ".join(part for part in parts if part)


def launch_argument(faults: FaultPlan) -> tuple[str, ...]:
    """Return the launch argument for all of them; nothing where there are none."""
    return (f"faults:={'; '.join(map(in_words, faults))}",) if faults else ()
