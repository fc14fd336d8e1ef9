"""Kills, stops and hogs at the pace of the clock, while driving: 3 runs each.

A run counts only while the bridge held a real-time factor of 0.98: on a machine that cannot keep
up, the robot that falls is the simulation's.
"""

from pathlib import Path
from typing import Any

from ballbot_fusion.evaluation.campaign.cases import speed_of
from ballbot_fusion.evaluation.scenario import Scenario
from ballbot_fusion.operation.campaign.graph_figures import TAKEOVER_S, figures, log_name
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upsets import RETURN_S, UPSETS, Upset
from ballbot_fusion.operation.client import client
from ballbot_fusion.operation.diagnostics import Values
from ballbot_fusion.operation.launched import Launched

__all__ = ["figures", "run", "scenarios"]
RUNS = 3
LEAST_FACTOR = 0.98
BEFORE_S, AFTER_S = 5.0, 3.0
"""Time to drive before (who steers must start, too) and after the upset, s."""


def scenarios(policy: str, seed: int) -> list[Scenario]:
    """Return all runs: the first of each upset, then the second."""
    return [
        Scenario(policy, "rough", number, case=name)
        for number in range(seed, seed + RUNS)
        for name in UPSETS
    ]


def _drives(values: Values) -> bool:
    return values["safety"]["mode"] == "ARMED" and values["mujoco_bridge"]["held"] == "False"


def _upset(live: Live, upset: Upset) -> tuple[bool, bool]:
    """Do it; return whether the policy drove again afterwards, as far as it must, and FAULT."""
    upset.do(live)
    live.pass_time(AFTER_S)
    back = not upset.returns or live.said.await_(_drives, RETURN_S)
    if upset.returns:
        live.pass_time(AFTER_S)
    faulted = live.said.values["safety"]["mode"] == "FAULT"
    return back, faulted


def judged(upset: Upset, run: dict[str, Any]) -> bool:
    """Whether a run did what is documented of its upset.

    Args:
        upset: what was done.
        run: ``upright``, ``back``, ``faulted`` and ``takeover_s``.
    """
    took_over_s = run["takeover_s"]
    in_time = not upset.caught or (took_over_s is not None and took_over_s <= TAKEOVER_S)
    stands = run["upright"] or upset.latches
    return bool(in_time and stands and run["back"] and run["faulted"] is upset.latches)


def run(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Launch, drive, upset, look; the run's figures.

    Raises:
        RuntimeError: the graph never drove.
    """
    upset = UPSETS[scenario.case]
    given = (
        f"policy:={scenario.policy}", f"terrain:={scenario.terrain}", f"seed:={scenario.seed}",
    )  # fmt: skip
    with Launched("sim.launch.py", *given, log=folder / f"{log_name(scenario)}.log") as launch:
        launch.says("ARMED: armed")
        with client(name="campaign") as node, Live(launch, node) as live:
            if not live.said.await_(_drives, RETURN_S):
                raise RuntimeError(f"The robot was never driven. The launch said:\n{launch.text}")
            live.drive(speed_of(scenario.seed))
            live.pass_time(BEFORE_S)
            back, faulted = _upset(live, upset)
            bridge = dict(live.said.values["mujoco_bridge"])
            takeover_s = live.took_over_s() if upset.caught else None
    found: dict[str, Any] = {
        "case": scenario.case,
        "seed": scenario.seed,
        "counted": float(bridge["real_time_factor"]) >= LEAST_FACTOR,
        "upright": bridge["fell"] == "False",
        "back": back,
        "faulted": faulted,
        "takeover_s": takeover_s,
        "tilt_deg": float(bridge["max_tilt_deg"]),
        "real_time_factor": float(bridge["real_time_factor"]),
    }
    return {**found, "kept": judged(upset, found)}
