"""Look for what is wrong with a robot's drivers, its robot file or its computer.

Listens to the drivers, and to inference and safety where they run: hold the robot upright and still
meanwhile. With --guided it asks you to tilt and lift it, to turn wheels and to cover cameras; with
--motors (wheels in the air, robot.launch.py ended) it gives each motor 2 % torque. Every failure
names the parameter to change. Exit code 1 when anything failed.
"""

import argparse
from collections.abc import Iterable, Sequence
from typing import Any

from ballbot_fusion.cli.live import add_live, in_namespace, join
from ballbot_fusion.cli.output import await_enter, people, table, write_json
from ballbot_fusion.cli.usage import positive
from ballbot_fusion.core.topic_names import JOINT_STATES, MOTOR_TOPICS
from ballbot_fusion.doctor.finding import Finding, State
from ballbot_fusion.doctor.stimuli import GUIDED, SPUN, Stimulus

EXAMPLE = (
    "ballbot doctor --robot config/hardware/robot.yaml --topics config/hardware/topics.yaml "
    "--command-type float64_multi_array"
)
LISTEN_S = 10.0
LONGEST_S = 25.0
COLOURS = {State.OK: "green", State.FAILED: "red", State.UNKNOWN: "yellow"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--robot", default="", help="robot file; else config/robot.yaml")
    parser.add_argument("--policy", default="default", help="as given to the launch")
    parser.add_argument("--topics", default="", help="file of remappings, as given to the launch")
    parser.add_argument(
        "--command-type", default=JOINT_STATES, choices=list(MOTOR_TOPICS),
        help="as given to the launch",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=positive, default=LISTEN_S,
        help=f"listen so long, {LONGEST_S:g} at most; else {LISTEN_S:g}",
    )  # fmt: skip
    parser.add_argument("--guided", action="store_true", help="ask for tilts, turns and covers")
    parser.add_argument("--motors", action="store_true", help="give each motor a little torque")
    parser.add_argument("--all", action="store_true", help="show what is well, too")
    parser.add_argument("--yes", action="store_true", help="ask without waiting for Enter")
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Examine, print, and say by the exit code whether all is well."""
    findings = _examined(arguments)
    write_json(arguments.json, [finding.plain() for finding in findings])
    if arguments.json != "-":
        _show(findings, arguments.all)
    return int(any(finding.state is State.FAILED for finding in findings))


def _examined(arguments: argparse.Namespace) -> list[Finding]:
    from ballbot_fusion.core.robot import load_robot
    from ballbot_fusion.doctor.guided import EVERYTHING
    from ballbot_fusion.doctor.passive import judged
    from ballbot_fusion.nodes.start_up import remappings
    from ballbot_fusion.operation.doctor import Doctor

    robot, names = load_robot(arguments.robot), dict(remappings(arguments.topics))

    def resolve(name: str) -> str:
        return in_namespace(arguments, names.get(name, name))

    doctor = Doctor(join(arguments, "doctor"), robot, arguments.command_type, resolve)
    people.print("Listening. Nobody touches the robot; it stands upright.")
    doctor.look(min(arguments.seconds, LONGEST_S), _unfit(arguments.policy, robot))
    for stimulus in GUIDED if arguments.guided else ():
        _ask(doctor, stimulus, arguments)
    if arguments.motors:
        doctor.take_motors()
        for stimulus in SPUN:
            _ask(doctor, stimulus, arguments)
    return judged(doctor.observed, EVERYTHING)


def _unfit(policy: str, robot: Any) -> str:
    """Say why a policy cannot be used with a robot; empty when it can."""
    from ballbot_fusion.deployment.library import policy_path
    from ballbot_fusion.deployment.policy_file import PolicyFileError
    from ballbot_fusion.deployment.runtime import PolicyRuntime

    try:
        PolicyRuntime.load(policy_path(policy), robot)
    except PolicyFileError as error:
        return str(error)
    return ""


def _ask(doctor: Any, stimulus: Stimulus, arguments: argparse.Namespace) -> None:
    """Say what to do, wait until somebody is ready, and listen."""
    people.print(f"[bold]{stimulus.words}[/bold]")
    if not arguments.yes:
        await_enter("  Enter, then do it. ")
    doctor.ask(stimulus)


def _show(findings: Sequence[Finding], everything: bool) -> None:
    shown = [f for f in findings if everything or f.state is not State.OK]
    rows: Iterable[Sequence[Any]] = (
        (f"[{COLOURS[f.state]}]{f.state.value}", f.check, f.subject, f.found, f.expected)
        for f in shown
    )
    if shown:
        people.print(table("doctor", ("state", "check", "of", "found", "expected"), rows))
    for finding in findings:
        if finding.state is State.FAILED:
            people.print(f"[red]{finding.parameter}[/red] ({finding.subject}): {finding.cure}")
    counts = {state: sum(f.state is state for f in findings) for state in State}
    people.print(", ".join(f"{count} {state.value}" for state, count in counts.items()))
