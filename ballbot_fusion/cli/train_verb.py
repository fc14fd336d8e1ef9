"""Train a policy: by DAgger (roll-outs labelled by a teacher), or by PPO; the settings say which.

Run it again after an interrupt and it goes on at its last checkpoint. `tensorboard --logdir runs`
shows its curves.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.progress import Progress, TaskID

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError, at_least
from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.settings import load, said_in
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.training.settings import TrainSettings

if TYPE_CHECKING:
    from ballbot_fusion.training.dagger import Dagger
    from ballbot_fusion.training.ppo.ppo import Ppo

EXAMPLE = "ballbot train config/train/concat.yaml --output runs/concat"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("settings", help="YAML file, see config/train/")
    parser.add_argument("--output", help="folder of the run; default runs/NAME")
    parser.add_argument(
        "--start", metavar="CHECKPOINT", help="ppo: begin with the policy of another run"
    )
    parser.add_argument(
        "--dataset",
        metavar="RUN",
        help="dagger: begin with the roll-outs in the folder of another run of the same robot, not "
        "with the teacher",
    )
    parser.add_argument(
        "--robot",
        default="",
        help="robot file; default config/robot.yaml, with cameras for the keys",
    )
    parser.add_argument(
        "--seed",
        type=at_least(0),
        metavar="N",
        help="take this seed, not that of the settings; the policy is then called NAME_seedN",
    )
    add_json(parser)


class _Bars:
    """Shows the parts of a run one below the other; ``each`` is called with every unit done."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None
        self.each: Callable[[], None] = lambda: None

    def begin(self, what: str, total: int) -> None:
        self._task = self._bar.add_task(what, total=total, note="")

    def advance(self, note: str = "") -> None:
        self.each()
        if self._task is not None:
            self._bar.update(self._task, advance=1, note=note)


def _stopwatch(recorded: dict[str, Any]) -> Callable[[], None]:
    """Return a function that writes the minutes trained so far, those of earlier starts included.

    Rounds are saved with what was written last, so an interrupt costs a round's minutes with it.
    """
    before, begin = float(recorded.get("minutes", 0.0)), time.monotonic()

    def write() -> None:
        recorded["minutes"] = round(before + (time.monotonic() - begin) / 60.0, 2)

    return write


def _trainer(
    settings: TrainSettings, arguments: argparse.Namespace, output: Path, bars: _Bars
) -> "Dagger | Ppo":
    """Prepare the run of the algorithm that the settings name."""
    from ballbot_fusion.training.dagger import Dagger

    robot = load_robot(arguments.robot)
    if not arguments.robot:
        robot = with_cameras_for(ObservationSpec.of(settings.keys), robot)
    start = Path(arguments.start) if arguments.start else None
    if settings.algorithm == "ppo":
        if arguments.dataset:
            raise UsageError(
                f"--dataset is for `algorithm: dagger`, and {arguments.settings} trains by ppo, "
                "which learns from a reward. Leave --dataset out."
            )
        from ballbot_fusion.training.ppo.ppo import Ppo
        from ballbot_fusion.training.ppo.unused import refuse_unused

        refuse_unused(settings, said_in(arguments.settings), arguments.settings)
        return Ppo(settings, robot, output, bars, start)
    if start is not None:
        raise UsageError(
            f"--start is for `algorithm: ppo`, and {arguments.settings} trains by "
            f"{settings.algorithm}, which begins with fresh weights. Leave --start out."
        )
    dataset = Path(arguments.dataset) if arguments.dataset else None
    return Dagger(settings, robot, output, bars, dataset)


def _seeded(settings: TrainSettings, seed: int | None) -> TrainSettings:
    """Return the settings with another seed: another policy, so under a name of its own."""
    if seed is None:
        return settings
    return settings.model_copy(update={"seed": seed, "name": f"{settings.name}_seed{seed}"})


def run(arguments: argparse.Namespace) -> int:
    """Train to the end; say where the checkpoint is."""
    from ballbot_fusion.training.checkpoint import CHECKPOINT

    settings = _seeded(load(TrainSettings, arguments.settings), arguments.seed)
    output = Path(arguments.output or Path("runs") / settings.name)
    with progress() as bar:
        bars = _Bars(bar)
        trainer = _trainer(settings, arguments, output, bars)
        recorded = trainer.checkpoint.provenance
        if trainer.checkpoint.rounds_done < settings.rounds:
            recorded |= provenance(arguments.command)
        bars.each = _stopwatch(recorded)
        checkpoint = trainer.run()
    figures = {
        "checkpoint": str(output / CHECKPOINT),
        "minutes": checkpoint.provenance.get("minutes"),
        "rounds": checkpoint.rounds_done,
        "ticks": checkpoint.provenance["ticks"],
        "losses": [round(loss, 6) for loss in checkpoint.losses],
    }
    if "returns" in checkpoint.provenance:
        figures["returns"] = [round(value, 3) for value in checkpoint.provenance["returns"]]
    write_json(arguments.json, figures)
    if arguments.json != "-":
        people.print(table(f"trained {settings.name}", ("figure", "value"), figures.items()))
        people.print(f"next: ballbot export {output / CHECKPOINT} {output}.onnx")
    return 0
