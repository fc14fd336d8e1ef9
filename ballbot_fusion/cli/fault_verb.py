"""Switch faults of the simulated robot's sensors while it runs, and show what they spoilt.

A fault begins at once beside those that are in force, and ends by itself with --for; times of
sensors' faults are those of the simulation. The command waits until it is over (without --for:
until it spoilt a sample) and fails where it spoilt nothing. --list shows every fault of every
stream. What the policy answers is spoilt likewise, where the launch was given policy_faults:=true.
"""

import argparse
import re
from typing import Any

from ballbot_fusion.cli.live import add_live, in_namespace, join
from ballbot_fusion.cli.output import people, table, write_json
from ballbot_fusion.cli.usage import UsageError, at_least, finite, positive
from ballbot_fusion.operation.reported import POLICY, whose

EXAMPLE = "ballbot fault camera_0 frozen --for 3"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("stream", nargs="?", help="imu, encoders, camera_0, camera_1 or policy")
    parser.add_argument("kind", nargs="?", help="such as frozen; see --list")
    parser.add_argument("--size", type=finite, help="how bad, in the unit of the kind")
    parser.add_argument(
        "--for", type=positive, dest="lasts", metavar="SECONDS", help="else until --clear"
    )
    parser.add_argument("--after", type=finite, metavar="SECONDS", help="begin so much later")
    parser.add_argument("--seed", type=at_least(0), help="of its random numbers; else the launch's")
    parser.add_argument("--no-wait", action="store_true", help="end when it is switched on")
    parser.add_argument(
        "--clear", action="store_true", help="end all faults of sensors, or of the policy"
    )
    parser.add_argument("--list", action="store_true", help="show all there are; needs no robot")
    add_live(parser)


def _text(arguments: argparse.Namespace) -> str:
    """The fault in the words of simulation/faults/words.py."""
    from ballbot_fusion.simulation.faults.order import Order
    from ballbot_fusion.simulation.policy_faults.order import PolicyOrder

    given = {
        "size": arguments.size,
        "after": arguments.after,
        "for": arguments.lasts,
        "seed": arguments.seed,
    }
    words = [f"{word} {value:.12g}" for word, value in given.items() if value is not None]
    text = " ".join([arguments.stream, arguments.kind, *words])
    return (PolicyOrder if _of_policy(arguments) else Order).of(text).text


def _of_policy(arguments: argparse.Namespace) -> bool:
    return str(arguments.stream) == POLICY


def _check(arguments: argparse.Namespace) -> None:
    named = arguments.kind is not None
    alone = arguments.stream and not named and not (arguments.clear and _of_policy(arguments))
    if named + arguments.clear + arguments.list != 1 or alone:
        raise UsageError("give STREAM and KIND, or --clear, or policy --clear, or --list")


def run(arguments: argparse.Namespace) -> int:
    """List, clear, or switch on and watch."""
    _check(arguments)
    if arguments.list:
        return _list(arguments)
    from ballbot_fusion.operation.faults import FaultSwitch

    text = "" if arguments.clear else _text(arguments)
    switch = FaultSwitch(join(arguments), in_namespace(arguments, whose(arguments.stream)))
    found = switch.clear() if arguments.clear else [_switched(switch, text, arguments)]
    write_json(arguments.json, [entry._asdict() for entry in found])
    if arguments.json != "-":
        people.print("\n".join(entry.sentence for entry in found) or "no fault was in force")
    proven = arguments.clear or arguments.no_wait or all(entry.spoilt for entry in found)
    return 0 if proven else 1


def _switched(switch: Any, text: str, arguments: argparse.Namespace) -> Any:
    fault = switch.add(text)
    if arguments.no_wait:
        return fault
    return switch.watched(fault, ends=arguments.lasts is not None)


def _list(arguments: argparse.Namespace) -> int:
    from ballbot_fusion.core.reactions.policy import POLICY_WORDS
    from ballbot_fusion.core.reactions.words import WORDS
    from ballbot_fusion.simulation.faults.fault import SENSORS
    from ballbot_fusion.simulation.faults.order import kinds_of

    streams: dict[str, list[str]] = {}
    for source in SENSORS:
        for kind in kinds_of(source):
            streams.setdefault(kind, []).append(source.name.lower())
    told = [(kind, WORDS[kind], names) for kind, names in streams.items()]
    told += [(kind, what, ["policy"]) for kind, what in POLICY_WORDS.items()]
    rows = [
        {"kind": kind, "what": re.sub(r"\{size[^}]*\}", "SIZE", what), "streams": names}
        for kind, what, names in told
    ]
    write_json(arguments.json, rows)
    if arguments.json != "-":
        cells = ((row["kind"], row["what"], ", ".join(row["streams"])) for row in rows)
        people.print(table("faults", ("kind", "what happens", "streams"), cells))
    return 0
