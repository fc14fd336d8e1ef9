"""ballbot VERB: everything that is not a launch."""

import argparse
import sys
from importlib import import_module

VERBS = {
    "sim": "the closed loop without ROS, as fast as it goes",
    "eval": "closed-loop suites with intervals and goals",
    "inspect": "a policy file's contract and observation table",
    "train": "train a policy from a settings file",
    "export": "a checkpoint to a policy file",
    "drive": "steer the robot from the keyboard",
    "arm": "let commands through to the motors",
    "disarm": "stop letting commands through",
    "estop": "emergency stop: motors to zero, latched",
    "reset": "put the simulated robot back on its stand",
    "push": "shove the simulated robot",
    "param": "list, read and set parameters of nodes",
    "topics": "topics with types, rates and ages",
}
"""Verb by what it does; each is a module of this package."""


def _overview() -> str:
    lines = [f"  {verb:<9} {what}" for verb, what in VERBS.items()]
    return "\n".join(
        [
            "usage: ballbot VERB [options]",
            "",
            *lines,
            "",
            "ballbot VERB --help explains one; for example:",
            "  ballbot sim --terrain rough --seconds 10",
        ]
    )


def _expected() -> tuple[type[Exception], ...]:
    """Errors whose text is for people: printed without a traceback."""
    kinds: list[type[Exception]] = [ValueError, OSError, RuntimeError]
    return tuple(kinds)


def main(arguments: list[str] | None = None) -> int:
    """Run a verb; return 0 when all is well, 1 when it failed or a goal was missed, 2 on misuse."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help"):
        print(_overview())
        return 0 if given else 2
    verb, rest = given[0], given[1:]
    if verb not in VERBS:
        print(f"ballbot: unknown verb {verb!r}.\n\n{_overview()}", file=sys.stderr)
        return 2
    module = import_module(f"ballbot_fusion.cli.{verb}_verb")
    parser = argparse.ArgumentParser(
        prog=f"ballbot {verb}",
        description=module.__doc__,
        epilog=f"example:\n  {module.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(rest)))
    except _expected() as error:
        print(f"ballbot {verb}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"ballbot {verb}: interrupted", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
