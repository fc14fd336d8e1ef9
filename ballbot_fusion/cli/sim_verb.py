"""Run the closed loop without ROS, as fast as it goes: the same bits as lockstep mode has."""

import argparse
import time
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.scenario import LQR, Scenario, build
from ballbot_fusion.simulation.terrain import TERRAINS

EXAMPLE = "ballbot sim --terrain rough --seed 1 --seconds 10"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--policy", default="default", help="name, .onnx file, or lqr")
    parser.add_argument("--terrain", default="flat", choices=list(TERRAINS))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10.0, help="after arming")
    parser.add_argument("--velocity", type=float, nargs=3, metavar=("VX", "VY", "YAW"))
    parser.add_argument("--renderer", default="rays", choices=["rays", "egl", "auto"])
    parser.add_argument("--no-cameras", action="store_true", help="without depth images")
    parser.add_argument("--no-noise", action="store_true", help="perfect sensors")
    parser.add_argument("--robot", default="", help="robot file")
    parser.add_argument("--picture", metavar="PNG", help="a picture of the end of the run")
    add_json(parser)


def scenario_of(arguments: argparse.Namespace) -> Scenario:
    """Turn the options into a scenario."""
    name = arguments.policy
    return Scenario(
        policy=LQR if name == LQR else str(policy_path(name)),
        terrain=arguments.terrain,
        seed=arguments.seed,
        seconds=arguments.seconds,
        velocity=tuple(arguments.velocity) if arguments.velocity else None,
        noise=not arguments.no_noise,
        cameras=not arguments.no_cameras,
        renderer=arguments.renderer,
        robot=load_robot(arguments.robot),
    )


def run(arguments: argparse.Namespace) -> int:
    """Run one episode; exit code 1 when it fell."""
    scenario = scenario_of(arguments)
    episode = build(scenario)
    begin = time.perf_counter()
    with progress() as bar:
        task = bar.add_task("simulating", total=round(scenario.seconds), note="")

        def each(_: Tick) -> None:
            bar.update(task, completed=int(episode.loop.log.upright_ns * 1e-9))

        summary: dict[str, Any] = episode.run(scenario.seconds, each)
    simulated = episode.loop.plant.time_ns * 1e-9
    summary["real_time_factor"] = round(simulated / (time.perf_counter() - begin), 2)
    summary |= {"mode": "lockstep", "policy_sha256": episode.policy_sha256}
    write_json(arguments.json, summary)
    if arguments.json != "-":
        people.print(table("closed loop", ("figure", "value"), summary.items()))
    if arguments.picture:
        from ballbot_fusion.simulation.rendering.view import save_view

        save_view(episode.loop.plant.simulation, arguments.picture)
    return int(summary["fell"])
