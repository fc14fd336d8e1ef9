"""What happens to processes, to the machine and to the policy's answers, by the clock: 3 runs.

A run counts only while the bridge held a real-time factor of 0.98: on a machine that cannot keep
up, the robot that falls is the simulation's.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ballbot_fusion.core.mode import BALANCING, Mode
from ballbot_fusion.core.reactions.computer import COMPUTER_REACTIONS, ComputerReaction
from ballbot_fusion.evaluation.campaign.cases import speed_of
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.operation.campaign import upset_policy, upset_stops
from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.graph_figures import figures, log_name
from ballbot_fusion.operation.campaign.isolated import NOT_DONE, run_isolated
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset import CannotBeDoneError, Upset
from ballbot_fusion.operation.campaign.upset_processes import RETURN_S
from ballbot_fusion.operation.campaign.upsets import UPSETS
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import drives
from ballbot_fusion.operation.launched import Launched

__all__ = ["figures", "run", "scenarios"]
RUNS, TERRAIN = 3, "rough"
LEAST_FACTOR = 0.98
BEFORE_S, AFTER_S = 5.0, 3.0
"""Time to drive before (who steers must start, too) and after the upset, s."""
ROWS = {r.name: r for r in (*COMPUTER_REACTIONS, *upset_policy.ROWS, *upset_stops.ROWS)}


def scenarios(policy: str, seed: int) -> list[Scenario]:
    """Return all runs: the first of each upset, then the second."""
    return [
        Scenario(policy, TERRAIN, number, case=name)
        for number in range(seed, seed + RUNS)
        for name in ROWS
    ]


def _within(found: float | None, limit: float | None) -> bool:
    return limit is None or (found is not None and found <= limit)


def judged(row: ComputerReaction, run: dict[str, Any]) -> bool:
    """Whether a run did what is documented of its upset.

    Args:
        row: what is promised.
        run: ``upright``, ``mode`` at the end, ``replaced`` (safety drove), ``takeover_s`` and
            ``zero_s``.
    """
    in_time = _within(run["takeover_s"], row.takeover_s) and _within(run["zero_s"], row.zero_s)
    stands = run["upright"] or row.upright is None
    drove = not (row.alone and run["replaced"])
    return bool(in_time and stands and drove and run["mode"] == row.ends.value)


def _factor(live: Live) -> float:
    return float(live.said.values["mujoco_bridge"]["real_time_factor"])


def _driven(live: Live, seed: int, around: Around) -> float:
    """Steer for a while; return the real-time factor until then.

    Raises:
        RuntimeError: the graph never drove.
    """
    if not live.said.await_(drives, RETURN_S):
        raise RuntimeError(f"The robot was never driven. It says {live.said.values}.")
    live.drive(speed_of(seed), around)
    live.pass_time(BEFORE_S)
    if not live.moves(RETURN_S):
        raise RuntimeError(f"Nobody steered it. It says {live.said.values['mujoco_bridge']}.")
    return _factor(live)


def held_factor(row: ComputerReaction, factors: Sequence[float]) -> float:
    """Return the real-time factor that a run held.

    Args:
        row: what was done to it.
        factors: what the bridge said, from the drive before the upset to the end.
    """
    # Who ends with zero torques may stop the clock: what came before tells whether it kept up. Of
    # the others each counts: a robot that lies down for a while is in time again.
    return min(factors) if row.ends in BALANCING else factors[0]


def first_zero_s(safety_s: float | None, driver_s: float | None) -> float | None:
    """When the motors were first told zero, by safety or by the driver's own watchdog, s.

    Drivers that are stopped count their own silence when they go on, after safety's zeros.
    """
    told = [seconds for seconds in (safety_s, driver_s) if seconds is not None]
    return min(told, default=None)


def _found(live: Live, row: ComputerReaction, factors: Sequence[float]) -> dict[str, Any]:
    bridge = live.said.values["mujoco_bridge"]
    factor = held_factor(row, factors)
    by_driver = int(bridge["motors_zeroed"]) > 0
    driver_s = float(bridge["motors_zeroed_after_ms"]) * 1e-3 if by_driver else None
    zero_s = first_zero_s(live.zero_s(), driver_s)
    replaced_s = live.reached_s(Mode.FALLBACK.value)
    return {
        "counted": factor >= LEAST_FACTOR,
        "upright": bridge["fell"] == "False",
        "mode": live.said.values["safety"]["mode"],
        "replaced": replaced_s is not None,
        "takeover_s": None if row.takeover_s is None else replaced_s,
        "zero_s": None if row.zero_s is None else zero_s,
        "reached_s": live.reached_s(row.ends.value),
        "tilt_deg": float(bridge["max_tilt_deg"]),
        "real_time_factor": factor,
    }


def _launched(
    scenario: Scenario, row: ComputerReaction, upset: Upset, folder: Path, log: Path
) -> dict[str, Any]:
    given = (
        f"policy:={scenario.policy}", f"terrain:={scenario.terrain}", f"seed:={scenario.seed}",
    )  # fmt: skip
    with (
        upset.around(folder) as around,
        Launched("sim.launch.py", *given, *around.arguments, log=log) as launch,
    ):
        launch.says("ARMED: armed")
        with client(around.network, "campaign") as node, Live(launch, node, folder) as live:
            factors = [_driven(live, scenario.seed, around)]
            upset.do(live)
            live.pass_time(AFTER_S)
            factors.append(_factor(live))
            live.await_mode(row.ends.value, RETURN_S)
            live.pass_time(AFTER_S)
            return _found(live, row, [*factors, _factor(live)])


def run_here(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Launch, drive, upset, look, in the network that this process is in; see ``run``."""
    row, upset = ROWS[scenario.case], UPSETS[scenario.case]
    log = folder / f"{log_name(scenario)}.log"
    with TemporaryDirectory() as own:
        found = _launched(scenario, row, upset, Path(own), log)
    about = {"case": scenario.case, "seed": scenario.seed}
    return {**about, **found, "kept": judged(row, found)}


def run(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Launch, drive, upset, look; the run's figures. One that cannot be done here says why.

    Raises:
        RuntimeError: the graph never drove, or the upset had no effect.
    """
    go = run_isolated if UPSETS[scenario.case].isolated else run_here
    try:
        return go(scenario, folder)
    except CannotBeDoneError as error:
        about = {"case": scenario.case, "seed": scenario.seed, NOT_DONE: str(error)}
        nothing = dict.fromkeys(("takeover_s", "zero_s", "tilt_deg"))
        return {**about, **nothing, "counted": False, "upright": False, "kept": False}
