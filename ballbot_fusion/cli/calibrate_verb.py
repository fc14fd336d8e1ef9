"""Measure what a robot file should say, and write it there; comments and order stay.

Steps, in this order: imu (the gyro's bias, nobody touches the robot), gravity (roll and pitch of
the IMU's mount, held upright), balance (where the centre of mass is, while it balances), wheels
(their radius, pushed along a known way with the motors off). Each says what was found, how sure
that is and what it would change, and refuses data that tell nothing. Launch anew with the changed
file before the next step. Exit code 1 when it was refused.
"""

import argparse
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from ballbot_fusion.calibration.outcome import CalibrationRefusedError, Change, Outcome
from ballbot_fusion.calibration.steps import PUSH, STEPS, Step, judged
from ballbot_fusion.cli.live import add_live, in_namespace, join
from ballbot_fusion.cli.output import agreed, await_enter, people, progress, write_json
from ballbot_fusion.cli.usage import UsageError, positive
from ballbot_fusion.core.robot import load_robot

EXAMPLE = "ballbot calibrate gravity --robot my_robot.yaml --topics my_topics.yaml --write"
STAMP = "%Y-%m-%d_%H-%M-%S"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("step", choices=list(STEPS), help="what to measure")
    parser.add_argument("--robot", required=True, help="your robot file")
    parser.add_argument("--topics", default="", help="file of remappings, as given to the launch")
    usual = ", ".join(f"{step.name} {step.seconds:g}" for step in STEPS.values())
    parser.add_argument("--seconds", type=positive, help=f"measure so long; else {usual}")
    parser.add_argument(
        "--distance", type=positive, help="wheels: between both marks, m, 0.5 or more"
    )
    parser.add_argument(
        "--turn", action="store_true", help="balance: turn on the spot, so that slopes drop out"
    )
    parser.add_argument("--write", action="store_true", help="write it without asking")
    parser.add_argument("--yes", action="store_true", help="begin without waiting for Enter")
    add_live(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure, say what was found, and write it where that is wanted."""
    step = STEPS[arguments.step]
    if (step.asks == PUSH) != (arguments.distance is not None):
        raise UsageError("--distance belongs to wheels, and wheels needs it")
    if arguments.turn and not step.balances:
        raise UsageError("--turn belongs to balance")
    try:
        outcome = _measured(step, arguments)
    except CalibrationRefusedError as error:
        write_json(arguments.json, {"step": step.name, "refused": str(error)})
        raise
    _show(outcome)
    kept = _written(Path(arguments.robot), outcome.change, arguments)
    write_json(arguments.json, {**outcome.plain(), "written": kept is not None, "old_file": kept})
    return 0


def _measured(step: Step, arguments: argparse.Namespace) -> Outcome:
    from ballbot_fusion.nodes.start_up import remappings
    from ballbot_fusion.operation.calibration import Calibration

    robot, names = load_robot(arguments.robot), dict(remappings(arguments.topics))
    seconds, distance = arguments.seconds or step.seconds, arguments.distance or 0.0

    def resolve(name: str) -> str:
        return in_namespace(arguments, names.get(name, name))

    people.print(f"[bold]{step.words}[/bold]")
    if not arguments.yes:
        await_enter("  Enter to begin. ")
    with progress("s") as bar:
        calibration = Calibration(join(arguments, "calibrate"), robot, resolve)
        task = bar.add_task(step.name, total=round(seconds, 1), note="")

        def each(passed: float) -> None:
            bar.update(task, completed=round(passed, 1))

        samples = calibration.measure(
            step, seconds, distance=distance, turn=arguments.turn, each=each
        )
    return judged(step.name, robot, samples, seconds, distance=distance, turn=arguments.turn)


def _show(outcome: Outcome) -> None:
    for figure in outcome.figures:
        people.print(figure.words(), highlight=False)
    for remark in outcome.remarks:
        people.print(f"  {remark}", style="dim", highlight=False)
    change = outcome.change
    arrow = f"{_text(change.old)} -> [bold]{_text(change.new)}[/bold]"
    same = "" if change.differs else " (as it is)"
    people.print(f"[green]{change.key}[/green]: {arrow}{same}", highlight=False)


def _text(value: float | Sequence[float]) -> str:
    if isinstance(value, float | int):
        return f"{value:g}"
    return "\\[" + ", ".join(f"{number:g}" for number in value) + "]"


def _written(path: Path, change: Change, arguments: argparse.Namespace) -> str | None:
    """Write a change where it is wanted; return where the old file is kept, None if it was not."""
    from ballbot_fusion.calibration.robot_file import write

    if not change.differs:
        return None
    if not (arguments.write or agreed(f"Write it into {path}?")):
        people.print(f"Nothing was written; --write writes it into {path}.")
        return None
    kept = str(write(path, change, datetime.now().strftime(STAMP)))
    people.print(f"Written into {path}; the old file is {kept}. Launch anew to use it.")
    return kept
