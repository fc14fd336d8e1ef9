"""Look into a policy file, or into a recording with the policy that drove in it, or another one.

Of a policy: its contract and its observation table. Of a recording also: what was observed beside
what training saw (drift, dead and saturated numbers), masks and ages with reasons, latency, what
the action hung on over time, attention. --html writes all of it to one page with plots.
"""

import argparse
from pathlib import Path
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.usage import UsageError, at_least, file_to_write
from ballbot_fusion.core.resources import share
from ballbot_fusion.deployment import inspection
from ballbot_fusion.deployment.library import policy_path, shipped
from ballbot_fusion.deployment.runtime import PolicyRuntime

EXAMPLE = "ballbot inspect default --html default.html"
COLUMNS = ("key", "shape", "unit", "frame", "low", "high", "scale", "stale_ms", "features")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "what", nargs="?", default="default", metavar="POLICY_OR_RECORDING",
        help="name or .onnx file of a policy; .mcap file or folder of a recording",
    )  # fmt: skip
    parser.add_argument("--policy", help="ask this one about the recording, not the one that drove")
    parser.add_argument(
        "--html", metavar="FILE", type=file_to_write(), help="write a page with plots"
    )
    parser.add_argument("--seed", type=at_least(0), default=0, help="of the permutation")
    add_json(parser)


def _is_recording(what: str) -> bool:
    """Whether that is meant; what is not there is no recording, if it is a path and no policy's."""
    path = Path(what)
    is_path = len(path.parts) > 1 and path.suffix != ".onnx"
    return what not in shipped() and (path.suffix == ".mcap" or is_path or path.is_dir())


def run(arguments: argparse.Namespace) -> int:
    """Look and print."""
    found: dict[str, Any] | None = None
    if _is_recording(arguments.what):
        found, runtime = _examined(arguments)
    elif arguments.policy:
        raise UsageError(f"--policy is asked about a recording, found {arguments.what!r}")
    else:
        runtime = PolicyRuntime.load(policy_path(arguments.what))
    contract, observation = inspection.contract(runtime), inspection.observation(runtime)
    if arguments.html:
        _write_page(arguments.html, contract, observation, found)
    of_policy = {"contract": contract, "observation": observation}
    write_json(arguments.json, of_policy if found is None else {**of_policy, **found})
    if arguments.json != "-":
        if found is None:
            _print_policy(arguments.what, contract, observation)
        else:
            _print_found(found)
    return 0


def _examined(arguments: argparse.Namespace) -> tuple[dict[str, Any], PolicyRuntime]:
    from ballbot_fusion.evaluation.inspection.examine import examine
    from ballbot_fusion.evaluation.replay_policies import model_of, policies_of
    from ballbot_fusion.recording.bag_reader import open_bag

    bag, models = open_bag(arguments.what), share() / "models"
    given = policy_path(arguments.policy) if arguments.policy else None
    forced = None if given is None else PolicyRuntime.load(given)
    with progress("ticks") as bar:
        task = bar.add_task("replayed and asked", total=None, note="")
        return examine(
            bag, policies_of(bag, models), lambda runtime: model_of(bag, models, given, runtime),
            forced, arguments.seed, lambda: bar.advance(task),
        )  # fmt: skip


def _write_page(file: str, contract: Any, observation: Any, found: dict[str, Any] | None) -> None:
    from ballbot_fusion.evaluation.inspection.page import page_of

    page = page_of(contract, observation, found)
    Path(file).write_text(page, encoding="utf-8")
    people.print(f"{file}: open it in a browser", markup=False)


def _print_policy(what: str, contract: dict[str, Any], observation: list[dict[str, Any]]) -> None:
    people.print(table(str(policy_path(what)), ("contract", "value"), contract.items()))
    rows = [[row[column] for column in COLUMNS] for row in observation]
    people.print(table("observation", COLUMNS, rows))


def _print_found(found: dict[str, Any]) -> None:
    from ballbot_fusion.evaluation.inspection import drift

    about = [*found["recording"].items(), *found["policy"].items()]
    people.print(table("recording and policy", ("figure", "value"), about))
    _print_rows("observed beside training", drift.COLUMNS, found["statistics"])
    masks = [{**row, "masked": _shares(row["masked"])} for row in found["masks"]]
    _print_rows("masks", ("key", "trusted", "masked"), masks)
    _print_rows("age of the newest sample", ("stream", "p50_ms", "p99_ms", "max_ms"), found["ages"])
    if found["latency"]["rows"]:
        columns = ("topic", "n", "p50_ms", "p99_ms", "max_ms")
        _print_rows("latency from the IMU's sample", columns, found["latency"]["rows"])
    else:
        people.print(f"latency: none, {found['latency']['why']}", markup=False)
    people.print(table("mean over the recording", ("modality", *found["importance"], "attention"),
                       _means(found)))  # fmt: skip
    for remark in found["remarks"]:
        people.print(remark, markup=False)


def _shares(masked: dict[str, float]) -> str:
    return ", ".join(f"{reason} {share:.1%}" for reason, share in masked.items())


def _print_rows(title: str, columns: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    people.print(table(title, columns, [[row[column] for column in columns] for row in rows]))


def _means(found: dict[str, Any]) -> list[list[Any]]:
    """Return a row per modality: each measure of importance, and attention."""
    attention = found["attention"] or {}
    keys = [row["key"] for row in found["masks"]]
    keys += [name for name in attention if name not in keys]

    def mean(values: list[float] | None) -> float | None:
        return sum(values) / len(values) if values else None

    return [
        [key, *(mean(by.get(key)) for by in found["importance"].values()), mean(attention.get(key))]
        for key in keys
    ]
