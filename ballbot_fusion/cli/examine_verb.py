"""Plant mistakes in the simulated hardware and see whether `ballbot doctor` names them; no ROS.

With --calibration: offsets, and see whether `ballbot calibrate` finds them, within 0.3 degrees
(upright, balance), 2 % (wheel radius) and 0.05 deg/s (gyro).

Of every seed: a robot that is right, then each of the eighteen mistakes with an axis and a size
drawn from the seed, and with --pairs every two of them that do not touch the same stream. Exit code
1 when a mistake was missed, or a parameter named that is right.
"""

import argparse
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError, at_least
from ballbot_fusion.evaluation.results import COLUMNS, Row, report
from ballbot_fusion.evaluation.scenario import LQR

EXAMPLE = "ballbot examine --seeds 2 --pairs"
NOBODY = "nobody"
"""Balances a robot that the doctor examines: a stand holds it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--seeds", type=at_least(1), default=3, help="how many; else 3")
    parser.add_argument(
        "--first-seed", type=at_least(0), default=0, help="the first of them; else 0"
    )
    parser.add_argument("--pairs", action="store_true", help="two mistakes at once, too")
    parser.add_argument(
        "--calibration", action="store_true", help="calibrate a robot of every seed instead"
    )
    parser.add_argument("--turn", action="store_true", help="have it turn while it balances")
    parser.add_argument(
        "--drivetrain", choices=["ideal", "rollers"], default="ideal",
        help="of robots to calibrate; else ideal",
    )  # fmt: skip
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Examine every robot, and print what was missed or named in vain."""
    if arguments.pairs and arguments.calibration:
        raise UsageError("--pairs are of mistakes; leave it out with --calibration")
    if not arguments.calibration and (arguments.turn or arguments.drivetrain != "ideal"):
        raise UsageError("--turn and --drivetrain belong to --calibration")
    return _calibrated(arguments) if arguments.calibration else _examined(arguments)


def _examined(arguments: argparse.Namespace) -> int:
    from ballbot_fusion.evaluation.doctor.examination import drawn, examine, pairs
    from ballbot_fusion.evaluation.doctor.mistakes.table import MISTAKES
    from ballbot_fusion.evaluation.doctor.rows import robot
    from ballbot_fusion.evaluation.doctor.rows import rows as rows_of

    origin = provenance(arguments.command)
    robots: list[dict[str, Any]] = []
    with progress(" robots") as bar:
        for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
            planted: list[tuple[Any, ...]] = [()]
            planted += [(drawn(number, seed),) for number in range(len(MISTAKES))]
            planted += pairs(seed) if arguments.pairs else []
            task = bar.add_task(f"seed {seed}", total=len(planted), note="")
            for mistakes in planted:
                robots.append(robot(seed, examine(mistakes, seed)))
                bar.advance(task)
    wrong = [entry for entry in robots if entry["missed"] or entry["alarms"]]
    _tell(arguments, ("doctor", NOBODY), origin, rows_of(robots), robots)
    if arguments.json != "-" and wrong:
        cells = ([_text(entry[column]) for column in wrong[0]] for entry in wrong)
        people.print(table("missed, or named in vain", tuple(wrong[0]), cells))
    return int(bool(wrong))


def _tell(
    arguments: argparse.Namespace, what: tuple[str, str], origin: dict[str, Any], rows: list[Row],
    robots: list[dict[str, Any]],
) -> None:  # fmt: skip
    """Write and print what was found; ``what`` was done, and who balanced the robots."""
    suite, policy = what
    more = {"policy_sha256": None, "provenance": origin, "episodes": robots}
    write_json(arguments.json, report(suite, policy, arguments.first_seed, rows, **more))
    if arguments.json != "-":
        cells = ([getattr(row, column) for column in COLUMNS] for row in rows)
        people.print(table(f"{suite}: {len(robots)} robots", COLUMNS, cells))


def _calibrated(arguments: argparse.Namespace) -> int:
    """Calibrate a robot of every seed, and print how far off every file was and is."""
    from ballbot_fusion.evaluation.calibration.rows import rows as rows_of
    from ballbot_fusion.evaluation.calibration.trial import trial

    origin = provenance(arguments.command)
    robots: list[dict[str, Any]] = []
    with progress(" robots") as bar:
        task = bar.add_task("calibration", total=arguments.seeds, note="")
        for seed in range(arguments.first_seed, arguments.first_seed + arguments.seeds):
            robots.append(trial(seed, turn=arguments.turn, drivetrain=arguments.drivetrain))
            bar.advance(task)
    _tell(arguments, ("calibration", LQR), origin, rows_of(robots), robots)
    if arguments.json != "-":
        for robot in robots:
            for step, why in robot["refused"].items():
                people.print(f"seed {robot['seed']}, {step}: {why}")
    return int(any(robot["missed"] or robot["refused"] for robot in robots))


def _text(value: Any) -> str:
    return "\n".join(value) if isinstance(value, list) else str(value)
