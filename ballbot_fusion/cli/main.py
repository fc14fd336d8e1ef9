"""ballbot VERB: everything that is not a launch."""

import argparse
import os
import select
import shlex
import signal
import sys
from importlib import import_module
from pathlib import Path
from traceback import format_tb
from types import ModuleType

from ballbot_fusion.cli.graph import Graph
from ballbot_fusion.cli.usage import UsageError

VERBS = {
    "sim": "the closed loop without ROS, as fast as it goes",
    "eval": "closed-loop suites with intervals and goals",
    "campaign": "every fault of the table driven, and a report of it",
    "measure": "figures of the whole graph, launched for the purpose",
    "bench": "how fast everything is on this machine",
    "report": "tables of a page, from result files",
    "compare": "a page and pictures that compare fusion architectures",
    "fuzz": "every topic fed with nonsense: what the nodes make of it",
    "probe": "policy files asked for speed, use of modalities, attention",
    "record": "record everything that a running graph says",
    "bag": "what is in a recording, and whether all of it is there",
    "replay": "a recording ticked again, without ROS, bit for bit",
    "inspect": "what a policy file, or a recording of it driving, holds",
    "train": "train a policy from a settings file",
    "urdf": "a robot file as URDF, for RViz and robot_state_publisher",
    "export": "a checkpoint to a policy file",
    "drive": "steer the robot from the keyboard",
    "say": "tell the robot what to do, in words",
    "arm": "let commands through to the motors",
    "disarm": "stop letting commands through",
    "estop": "emergency stop: motors to zero, latched",
    "reset": "put the simulated robot back on its stand",
    "push": "shove the simulated robot",
    "fault": "switch faults of the simulated robot's sensors",
    "param": "list, read and set parameters of nodes",
    "topics": "topics with types, rates and ages",
    "examine": "the doctor, or the calibration, by what is planted in a simulation",
    "doctor": "what is wrong with drivers, robot file or computer, and what to change",
    "calibrate": "measure what the robot file should say, and write it there",
}
"""Verb by what it does; each is a module of this package, ``VERB_verb``."""
TRACEBACK = "--traceback"
FAILED, MISUSED, INTERRUPTED, READER_LEFT = 1, 2, 130, 141
PACKAGE = Path(__file__).resolve().parents[1]
FOR_PEOPLE = (ValueError, OSError, RuntimeError, ModuleNotFoundError)
"""Kinds of errors that are printed as text: those of the package derive from them."""


def _overview() -> str:
    lines = [f"  {verb:<9} {what}" for verb, what in VERBS.items()]
    return "\n".join(
        [
            f"usage: ballbot [{TRACEBACK}] VERB [options]",
            "",
            *lines,
            "",
            f"{TRACEBACK} shows where an error comes from. ballbot VERB --help explains a verb; "
            "for example:",
            "  ballbot sim --terrain rough --seconds 10",
        ]
    )


class _Help(argparse.RawDescriptionHelpFormatter):
    """Says of every option what holds where it is not given, unless its own text does."""

    def _get_help_string(self, action: argparse.Action) -> str:
        text, usual = action.help or "", action.default
        told = "else " in text or "default" in text
        if told or isinstance(usual, bool) or not isinstance(usual, str | int | float):
            return text
        return text if usual in ("", argparse.SUPPRESS) else f"{text}; else %(default)s"


def parser_of(verb: str, module: ModuleType) -> argparse.ArgumentParser:
    """Build the parser of one verb: its module's docstring, options and example."""
    parser = argparse.ArgumentParser(
        prog=f"ballbot {verb}",
        description=module.__doc__,
        epilog=f"example:\n  {module.EXAMPLE}",
        formatter_class=_Help,
    )
    module.add_arguments(parser)
    return parser


def _foreseen(error: BaseException) -> bool:
    """Whether the package itself raised it, with a text for people; a library's is a surprise."""
    if isinstance(error, OSError):
        return True
    # A worker process sends its traceback as text.
    remote: str | None = getattr(error.__cause__, "tb", None)
    lines = (remote or "".join(format_tb(error.__traceback__))).splitlines()
    frames = [line for line in lines if line.lstrip().startswith("File ")]
    # colcon's --symlink-install imports the package by way of a link.
    return bool(frames) and PACKAGE in Path(frames[-1].split('"')[1]).resolve().parents


def _in_words(error: BaseException) -> str:
    """Return the text of an error; one that nobody foresaw says how to find its origin."""
    if isinstance(error, ModuleNotFoundError):
        return (
            f"this needs the Python package {error.name!r}, which is not installed. Run it through "
            "./with-ros, which installs what a command needs, or install that package."
        )
    if _foreseen(error):
        return str(error)
    where = f"({TRACEBACK} before the verb shows where this comes from)"
    return f"{type(error).__name__}: {error}\n{where}"


def _run(verb: str, rest: list[str], graph: Graph) -> int:
    module = import_module(f"ballbot_fusion.cli.{verb}_verb")
    parser = parser_of(verb, module)
    arguments = parser.parse_args(rest)
    arguments.command = shlex.join(["ballbot", verb, *rest])
    arguments.live_graph = graph
    try:
        return int(module.run(arguments))
    except UsageError as error:
        parser.error(str(error))


def main(arguments: list[str] | None = None) -> int:
    """Run a verb; return 0 when all is well, 1 when it failed or a goal was missed, 2 on misuse.

    A reader that has seen enough (`| head`) ends it with 141, as SIGPIPE ends other programs.
    """
    if arguments is None:
        # As Ctrl-C: whatever was launched, mounted or half written is ended in order.
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup wants it
                signal.signal(number, signal.default_int_handler)
    graph, code = Graph(), FAILED
    try:
        code = _printed(arguments, graph)
    finally:
        graph.leave(code)
    return code


def _printed(arguments: list[str] | None, graph: Graph) -> int:
    """Run a verb until all that it says is printed; return its exit code."""
    try:
        try:
            return _main(arguments, graph)
        finally:
            sys.stdout.flush()  # not as Python ends, where nobody could answer for it
    except BrokenPipeError:
        if not _reader_left():
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_LEFT


def _reader_left() -> bool:
    """Whether nobody reads what we write, as against a broken pipe between our own processes."""
    poll = select.poll()
    poll.register(sys.stdout.fileno(), 0)
    return any(events & select.POLLERR for _, events in poll.poll(0))


def _main(arguments: list[str] | None, graph: Graph) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    traceback = given[:1] == [TRACEBACK]
    verb, *rest = given[traceback:] or [""]
    if verb in ("", "-h", "--help"):
        print(_overview())
        return 0 if verb else MISUSED
    if verb not in VERBS:
        print(f"ballbot: unknown verb {verb!r}.\n\n{_overview()}", file=sys.stderr)
        return MISUSED
    try:
        return _run(verb, rest, graph)
    except FOR_PEOPLE as error:
        if traceback or isinstance(error, BrokenPipeError):
            raise
        print(f"ballbot {verb}: {_in_words(error)}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print(f"ballbot {verb}: interrupted", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
