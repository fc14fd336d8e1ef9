"""Ask policy files what no drive shows. `ballbot compare` makes pages of the answers.

samples records what is observed while a policy drives held-out worlds: the questions.
"""

import argparse
from pathlib import Path

from ballbot_fusion.cli.output import add_json, people, progress, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import at_least, positive
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.suites import HELD_OUT

EXAMPLE = "ballbot probe samples --samples docs/results/fusion/samples.npz"
SAMPLES = "docs/results/fusion/samples.npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", choices=["samples"])
    parser.add_argument("--policy", default="default", help="name or .onnx file that drives")
    parser.add_argument("--samples", default=SAMPLES, metavar="FILE", help="recorded samples")
    parser.add_argument("--episodes", type=at_least(1), default=2, help="samples: per terrain")
    parser.add_argument("--seconds", type=positive, default=14.0, help="samples: of an episode")
    parser.add_argument("--seed", type=at_least(0), default=HELD_OUT, help="first seed")
    add_json(parser)


def _samples(arguments: argparse.Namespace) -> None:
    from ballbot_fusion.evaluation.fusion.recording import TERRAINS, record
    from ballbot_fusion.evaluation.fusion.samples import joined

    path = str(policy_path(arguments.policy))
    origin = {
        "provenance": provenance(arguments.command),
        "policy": Path(path).stem,
        "policy_sha256": PolicyRuntime.load(path).sha256,
        "seed": arguments.seed,
    }
    seeds = range(arguments.seed, arguments.seed + arguments.episodes)
    worlds = [(terrain, seed) for terrain in TERRAINS for seed in seeds]
    with progress("episodes") as bar:
        task = bar.add_task("samples", total=len(worlds), note="")
        parts = []
        for terrain, seed in worlds:
            parts.append(record(path, terrain, seed, arguments.seconds))
            bar.advance(task)
    samples = joined(parts, {**origin, "worlds": [f"{t} {seed}" for t, seed in worlds]})
    samples.save(Path(arguments.samples))
    write_json(arguments.json, {**samples.origin, "samples": len(samples)})
    people.print(f"{arguments.samples}: {len(samples)} samples of {len(worlds)} episodes")


def run(arguments: argparse.Namespace) -> int:
    """Ask."""
    _samples(arguments)
    return 0
