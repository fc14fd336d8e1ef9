"""Ask policy files what no drive shows; `ballbot compare` makes a page of the answers.

samples records what is observed while a policy drives in held-out worlds: the questions.
speed times the runtime of all policies in turn, a tick with and without new frames.
uses tells how much an action depends on each modality, statistics of features, and attention.
Files are written to --output: samples.npz, speed.json, uses_NAME.json.
"""

import argparse
from functools import partial
from pathlib import Path
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.provenance import provenance
from ballbot_fusion.cli.usage import UsageError, at_least, file_to_write, positive
from ballbot_fusion.deployment.library import policy_path, policy_paths
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.results import COLUMNS, report
from ballbot_fusion.evaluation.suites import HELD_OUT

EXAMPLE = (
    "ballbot probe uses concat seed55 --samples docs/results/fusion/samples.npz --output runs/probe"
)
OUTPUT = "docs/results/fusion"
SAMPLES = "samples.npz"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", choices=list(PROBES), help="see above")
    parser.add_argument(
        "policies", nargs="*", metavar="POLICY",
        help="names or .onnx files; samples: the one that drives (default), else all of models/",
    )  # fmt: skip
    parser.add_argument("--output", default=OUTPUT, metavar="FOLDER", help="default %(default)s")
    parser.add_argument("--samples", metavar="FILE", help="default samples.npz of --output")
    parser.add_argument("--episodes", type=at_least(1), default=2, help="samples: per terrain")
    parser.add_argument("--seconds", type=positive, default=14.0, help="samples: of an episode")
    parser.add_argument("--rounds", type=at_least(1), default=2000, help="speed: of every policy")
    parser.add_argument(
        "--seed", type=at_least(0), default=HELD_OUT, help="first of the worlds; of permutations"
    )
    add_json(parser)


def _file(arguments: argparse.Namespace) -> Path:
    return Path(arguments.samples or Path(arguments.output) / SAMPLES)


def _samples(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    from ballbot_fusion.evaluation.fusion.recording import TERRAINS, record
    from ballbot_fusion.evaluation.fusion.samples import joined

    if len(arguments.policies) > 1:
        raise UsageError(f"samples: one policy drives, found {arguments.policies}")
    file = file_to_write(".npz")(str(_file(arguments)))
    path = str(policy_path(*arguments.policies or ["default"]))
    origin: dict[str, Any] = {
        "provenance": provenance(arguments.command),
        "policy": Path(path).stem,
        "policy_sha256": PolicyRuntime.load(path).sha256,
        "seed": arguments.seed,
    }
    seeds = range(arguments.seed, arguments.seed + arguments.episodes)
    worlds = [(terrain, seed) for terrain in TERRAINS for seed in seeds]
    parts = []
    with progress("episodes") as bar:
        task = bar.add_task("samples", total=len(worlds), note="")
        for terrain, seed in worlds:
            parts.append(record(path, terrain, seed, arguments.seconds))
            bar.advance(task)
    samples = joined(parts, {**origin, "worlds": [f"{t} {seed}" for t, seed in worlds]})
    samples.save(Path(file))
    people.print(f"{file}: {len(samples)} samples of {len(worlds)} episodes")
    return [{**samples.origin, "count": len(samples)}]


def _speed(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    from ballbot_fusion.evaluation.fusion.facts import compared
    from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
    from ballbot_fusion.evaluation.fusion.speed import SETTLING_ROUNDS, speed

    samples = RecordedSamples.load(_file(arguments))
    policies = compared(policy_paths(arguments.policies))
    for facts in policies:
        samples.check(facts.spec)
    runtimes = {facts.name: PolicyRuntime.load(facts.path) for facts in policies}
    with progress("turns") as bar:
        task = bar.add_task("speed", total=SETTLING_ROUNDS + arguments.rounds, note="")
        rows = speed(runtimes, samples, arguments.rounds, lambda: bar.advance(task))
    found = report(
        "speed", "all", arguments.seed, rows, policy_sha256=None,
        provenance=provenance(arguments.command),
        policies={facts.name: facts.sha256 for facts in policies},
    )  # fmt: skip
    write_json(str(Path(arguments.output) / "speed.json"), found)
    return [found]


def _uses(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    from ballbot_fusion.evaluation.fusion.facts import compared
    from ballbot_fusion.evaluation.fusion.samples import RecordedSamples
    from ballbot_fusion.evaluation.fusion.uses import PASSES, uses

    samples, origin = RecordedSamples.load(_file(arguments)), provenance(arguments.command)
    policies, found = compared(policy_paths(arguments.policies)), []
    for facts in policies:
        samples.check(facts.spec)
    with progress("samples") as bar:
        for facts in policies:
            task = bar.add_task(facts.name, total=PASSES * len(samples), note="")
            result = uses(facts, samples, arguments.seed, origin, partial(bar.advance, task))
            write_json(str(Path(arguments.output) / f"uses_{facts.name}.json"), result)
            found.append(result)
    return found


PROBES = {"samples": _samples, "speed": _speed, "uses": _uses}


def run(arguments: argparse.Namespace) -> int:
    """Ask, write the files, and say what came out."""
    Path(arguments.output).mkdir(parents=True, exist_ok=True)
    found = PROBES[arguments.what](arguments)
    write_json(arguments.json, found)
    if arguments.json != "-":
        for result in found:
            cells = ([row[column] for column in COLUMNS] for row in result.get("rows", []))
            people.print(table(f"{arguments.what}: {result['policy']}", COLUMNS, cells))
    return 0
