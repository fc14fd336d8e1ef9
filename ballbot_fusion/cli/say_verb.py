"""Tell a robot that runs a policy with instructions what to do: "go forward slowly", "stop".

What was said holds until something else is said, or until safety takes over; "" takes it back, and
the robot stands. This is no safety device: `ballbot estop` is. With --means nothing is sent; it
tells which of the instructions that policies are taught the text is closest to.
"""

import argparse

from ballbot_fusion.cli.live import add_live, in_namespace, join
from ballbot_fusion.cli.output import people, write_json

EXAMPLE = "ballbot say go forward slowly"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("words", nargs="+", help="what to say; quotes are not needed")
    parser.add_argument("--means", action="store_true", help="send nothing, tell what it is like")
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Say it once."""
    text = " ".join(arguments.words)
    if arguments.means:
        return _explain(arguments, text)
    from ballbot_fusion.operation.speech import say

    listeners = say(join(arguments), text, in_namespace(arguments, "instruction"))
    write_json(arguments.json, {"said": text, "listeners": listeners})
    return 0


def _explain(arguments: argparse.Namespace, text: str) -> int:
    from ballbot_fusion.language.likeness import likeness

    found = likeness(text)
    write_json(arguments.json, {"said": text, "like": found})
    if arguments.json != "-":
        for entry in found:
            people.print(f"{entry['cosine']:.2f}  {entry['intent']}: {entry['phrasing']!r}")
        if not found:
            people.print("no word of it is known: the robot stands")
    return 0
