"""From an IMU sample to the motor command at the driver: the graph, its floor, the usual way.

Sensors are played at their full rates by processes of their own, without physics: IMU 1000 Hz,
encoders 500 Hz, two depth cameras at 30 Hz. Every contender is started anew for every segment, in
another order in every repeat, with the scheduling that the launch files ask for.
"""

from collections.abc import Iterable

import numpy as np

from ballbot_fusion.bench.live.loads import FLOOR, GRAPH, UNLOADED, USUAL, Contest
from ballbot_fusion.bench.live.segment import CURVE, Stage, segment
from ballbot_fusion.bench.live.usual_settings import QUEUES, best
from ballbot_fusion.bench.setting import Outcome, Setting
from ballbot_fusion.bench.timing import Repeats, turned
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.runtime import PolicyRuntime
from ballbot_fusion.evaluation.results import Row, quantile

REPEATS = 5
SECONDS, QUICK_SECONDS = 8.0, 1.0
SETTLE_S, QUICK_SETTLE_S = 1.5, 0.2
SIZES = ((64, 64), (640, 480))
RATES_HZ = (100, 200, 500)
NATIVE_HZ = 200
EARLIER_MS = {"p50_ms": 0.37, "p99_ms": 0.72}
"""What two hops through one bare node took on two quiet cores before there was this bench."""
GOALS = {"over_floor": 1.3, "usual_over": 5.0, "usual_age_over": 8.0, "cpu_%": 60.0}
CPU = "cpu_inference_and_safety_%"


def contests(setting: Setting) -> dict[str, Contest]:
    """Everything that takes turns, by name."""
    sizes = SIZES[:1] if setting.quick else SIZES
    rates = (NATIVE_HZ,) if setting.quick else RATES_HZ
    found = []
    for size in sizes:
        for rate_hz in rates:
            found += [Contest(who, rate_hz, size) for who in (GRAPH, FLOOR)]
        found += [Contest(USUAL, size=size), Contest(GRAPH, NATIVE_HZ, size, traced=True)]
    return {contest.case: contest for contest in [*found, Contest(UNLOADED, NATIVE_HZ)]}


def ratios(found: Repeats, cases: Iterable[Contest]) -> list[Row]:
    """The graph beside its floor, and the usual way beside the graph."""
    rows = []
    for contest in cases:
        if contest.who != GRAPH or contest.traced:
            continue
        own, load = contest.case, contest.load
        floor = f"{FLOOR}, {load}"
        usual = Contest(USUAL, size=contest.size).case
        for p in ("p50_ms", "p99_ms"):
            goal = GOALS["over_floor"] if p == "p50_ms" else None
            rows.append(found.ratios(load, f"graph_over_floor_{p[:3]}", (own, p), (floor, p), goal))
        native = contest.rate_hz == NATIVE_HZ
        rows += [
            found.ratios(
                load, "usual_over_graph_p50", (usual, "p50_ms"), (own, "p50_ms"),
                GOALS["usual_over"], least=True,
            ),
            found.ratios(load, "usual_over_graph_p99", (usual, "p99_ms"), (own, "p99_ms")),
            found.ratios(
                load, "usual_over_graph_information_age",
                (usual, "information_age_ms"), (own, "information_age_ms"),
                GOALS["usual_age_over"] if native else None, least=True,
            ),
        ]  # fmt: skip
    native_floor = Contest(FLOOR, NATIVE_HZ).case
    for p in ("p50_ms", "p99_ms"):
        metric = f"loaded_over_unloaded_{p[:3]}"
        rows.append(found.ratios(FLOOR, metric, (native_floor, p), (UNLOADED, p)))
        earlier = [value / EARLIER_MS[p] for value in found.of(UNLOADED, p)]
        rows.append(quantile(FLOOR, f"unloaded_over_earlier_{p[:3]}", earlier))
    return rows


def run(setting: Setting) -> Outcome:
    """Let all contenders take turns."""
    path = policy_path(setting.policies[0] if setting.policies else "default")
    runtime = PolicyRuntime.load(path)
    stage = Stage.of(
        path,
        setting.place("latency"),
        setting.sized(SECONDS, QUICK_SECONDS),
        setting.sized(SETTLE_S, QUICK_SETTLE_S),
    )
    cases = contests(setting)
    setting.expect(1 + setting.repeats * len(cases))
    queue, tried = best(stage, QUEUES[:1] if setting.quick else QUEUES)
    setting.advance("queue and slop of the usual way")
    found, curves = Repeats(), dict[str, list[list[float]]]()
    for repeat in range(setting.repeats):
        for name in turned(list(cases), repeat * 5):
            contest = queue.of(cases[name])
            folder = f"{repeat}_{name.replace(', ', '_').replace(' ', '_')}"
            figures, curve = segment(contest, stage, folder)
            found.add(name, figures)
            curves.setdefault(name, []).append(curve)
            setting.advance(name)
    goals = {(Contest(GRAPH, NATIVE_HZ, size).case, CPU): GOALS["cpu_%"] for size in SIZES}
    rows = [*ratios(found, cases.values()), *found.rows(goals), *tried]
    medians = {name: np.median(np.array(c), axis=0).tolist() for name, c in curves.items()}
    return Outcome(
        rows, runtime.metadata.name, runtime.sha256, [*remarks(stage), queue.words],
        {"percentiles": list(CURVE), "latencies_ms": medians},
    )  # fmt: skip


def remarks(stage: Stage) -> list[str]:
    """What was run, as the processes say it themselves."""
    said: dict[str, None] = {}
    for path in sorted(stage.folder.glob("*/*.log")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith(("scheduling:", "synchronised by")):
                said[f"{path.stem}: {line}"] = None
    places = "; ".join(entry for entry in said if "scheduling" in entry)
    others = [entry for entry in said if "scheduling" not in entry]
    return [
        f"Scheduling: {places}; inference and safety as the launch files ask for.",
        *others,
        "The usual way runs the policy's architecture with fresh weights: they take as long as "
        "any. Its policy sees raw gyro and wheel speeds, no estimate, and it has no safety node.",
        "`unloaded_over_earlier`: the unloaded floor over 0.37 and 0.72 ms, which two hops through "
        "one bare node took on two quiet cores. This one has three processes, of which the driver "
        "also publishes at 1000 Hz, and runs the head; and a busy machine is slower.",
        "`late_%`: commands that arrive more than 1.2 periods after the one before; `missed_%`: "
        "control instants without a command; `by_policy_%`: commands that were the policy's, not "
        "the fallback's. Ages in ms when a command is computed.",
    ]
