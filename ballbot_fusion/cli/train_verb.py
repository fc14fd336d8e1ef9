"""Train a policy: roll-outs labelled by a teacher, DAgger, a checkpoint after every round.

Run it again after an interrupt and it goes on after the last whole round.
"""

import argparse
import time
from pathlib import Path

from rich.progress import Progress, TaskID

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.settings import load
from ballbot_fusion.training.dagger import CHECKPOINT, Dagger
from ballbot_fusion.training.settings import TrainSettings

EXAMPLE = "ballbot train config/train/concat.yaml --output runs/concat"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("settings", help="YAML file, see config/train/")
    parser.add_argument("--output", help="folder of the run; default runs/NAME")
    parser.add_argument("--robot", default="", help="robot file")
    add_json(parser)


class _Bars:
    """Shows the parts of a run one below the other."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def begin(self, what: str, total: int) -> None:
        self._task = self._bar.add_task(what, total=total, note="")

    def advance(self, note: str = "") -> None:
        if self._task is not None:
            self._bar.update(self._task, advance=1, note=note)


def run(arguments: argparse.Namespace) -> int:
    """Train to the end; say where the checkpoint is."""
    settings = load(TrainSettings, arguments.settings)
    output = Path(arguments.output or Path("runs") / settings.name)
    begin = time.monotonic()
    with progress() as bar:
        dagger = Dagger(settings, load_robot(arguments.robot), output, _Bars(bar))
        dagger.checkpoint.provenance |= provenance()
        checkpoint = dagger.run()
    figures = {
        "checkpoint": str(output / CHECKPOINT),
        "minutes": round((time.monotonic() - begin) / 60.0, 1),
        "rounds": checkpoint.rounds_done,
        "ticks": checkpoint.provenance["ticks"],
        "losses": [round(loss, 6) for loss in checkpoint.losses],
    }
    write_json(arguments.json, figures)
    if arguments.json != "-":
        people.print(table(f"trained {settings.name}", ("figure", "value"), figures.items()))
        people.print(f"next: ballbot export {output / CHECKPOINT} {output}.onnx")
    return 0
