"""Export a checkpoint to one self-describing policy file, checked against torch before writing."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from ballbot_fusion.cli.output import add_json, people, write_json
from ballbot_fusion.cli.provenance import portable, provenance
from ballbot_fusion.cli.usage import file_to_write
from ballbot_fusion.core.robot import RobotConfig, load_robot
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.deployment.policy_file import PolicyMetadata

if TYPE_CHECKING:
    from ballbot_fusion.training.checkpoint import Checkpoint

EXAMPLE = "ballbot export runs/concat/checkpoint.pt runs/concat.onnx"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("checkpoint", help="checkpoint.pt of a run")
    parser.add_argument("policy", type=file_to_write(), help=".onnx file to write")
    parser.add_argument("--robot", default="", help="robot file; default that of the training")
    add_json(parser)


def metadata_of(
    checkpoint: "Checkpoint", robot: RobotConfig, command: str, state_size: int = 0
) -> PolicyMetadata:
    """Write the contract of a checkpoint's policy for ``robot``; ``command`` exports it."""
    settings, trained = checkpoint.settings, checkpoint.provenance
    trained = {**trained, "command": portable(trained.get("command", ""))}
    spec = ObservationSpec.of(settings.keys)
    contract = PolicyMetadata.of(
        settings.name, settings.architecture, spec, robot, settings.rate_hz,
        state_size=state_size, state_every=settings.rollout.keep_every,
    )  # fmt: skip
    return contract.model_copy(
        update={
            "statistics": checkpoint.statistics,
            "provenance": {
                "trained": trained,
                "settings": settings.model_dump(mode="json"),
                "losses": checkpoint.losses,
                "exported": provenance(command),
            },
        }
    )


def run(arguments: argparse.Namespace) -> int:
    """Export and report the parity."""
    from ballbot_fusion.deployment.export import export
    from ballbot_fusion.policies.table import build
    from ballbot_fusion.training.checkpoint import Checkpoint

    checkpoint = Checkpoint.load(Path(arguments.checkpoint))
    settings = checkpoint.settings
    if checkpoint.rounds_done < settings.rounds:
        done = f"{checkpoint.rounds_done} of {settings.rounds} rounds"
        raise ValueError(f"{arguments.checkpoint} has {done}. Let `ballbot train` finish first.")
    policy = build(settings.architecture, ObservationSpec.of(settings.keys), settings.policy)
    policy.load_state_dict(checkpoint.weights)
    of_training = None if arguments.robot else checkpoint.robot
    robot = of_training or load_robot(arguments.robot)
    metadata = metadata_of(checkpoint, robot, arguments.command, policy.state_size)
    parity = export(policy, metadata, Path(arguments.policy))
    figures = {"policy": arguments.policy, "parity": parity, "allowed": policy.parity}
    write_json(arguments.json, figures)
    if arguments.json != "-":
        people.print(
            f"{arguments.policy}: torch and onnxruntime, whole and split, agree to {parity:.1e} "
            f"(allowed are {policy.parity:.0e})"
        )
    return 0
