"""Run the closed loop without ROS, as fast as it goes: the same bits as lockstep mode has.

The same seed gives the same trajectory_sha256 as `sim.launch.py mode:=lockstep renderer:=rays` with
the same policy, terrain, seed and duration. Exit code 1 when the robot fell.
"""

import argparse
import time
from typing import Any

from ballbot_fusion.cli.output import add_json, people, progress, table, write_json
from ballbot_fusion.cli.usage import at_least, file_to_write, finite, positive
from ballbot_fusion.core.robot import load_robot
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.run_story import RunStory
from ballbot_fusion.evaluation.scenario import Episode, Scenario, build, chosen
from ballbot_fusion.evaluation.summary import Tally
from ballbot_fusion.simulation.drivetrains import DRIVETRAINS
from ballbot_fusion.simulation.rendering.select import KINDS
from ballbot_fusion.simulation.terrain import TERRAINS

EXAMPLE = "ballbot sim --terrain rough --seed 1 --seconds 10 --picture robot.png"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--policy", default="default", help="name, .onnx file, or lqr")
    parser.add_argument("--terrain", default="flat", choices=list(TERRAINS), help="ground")
    parser.add_argument("--seed", type=at_least(0), default=0, help="of the ground and the noise")
    parser.add_argument("--seconds", type=positive, default=10.0, help="after arming")
    parser.add_argument(
        "--velocity", type=finite, nargs=3, metavar=("VX", "VY", "YAW"),
        help="command after arming: forward, left [m/s], turning left [rad/s]",
    )  # fmt: skip
    parser.add_argument(
        "--renderer", default="rays", choices=list(KINDS), help="rays: the same on any machine"
    )
    parser.add_argument(
        "--drivetrain", default="ideal", choices=list(DRIVETRAINS),
        help="rollers: omniwheels in contact with a free ball, half as fast",
    )  # fmt: skip
    parser.add_argument("--no-cameras", action="store_true", help="without depth images")
    parser.add_argument("--no-noise", action="store_true", help="perfect sensors")
    parser.add_argument("--robot", default="", help="robot file")
    parser.add_argument(
        "--picture", metavar="PNG", type=file_to_write(".png", ".jpg", ".jpeg"),
        help="a picture of the end of the run",
    )  # fmt: skip
    parser.add_argument(
        "--video", metavar="MP4", type=file_to_write(".mp4"), help="a film: robot, images, masks"
    )
    parser.add_argument(
        "--plot", metavar="PNG", type=file_to_write(".png"), help="stills, masks, tilt, speed"
    )
    add_json(parser)


def scenario_of(arguments: argparse.Namespace) -> Scenario:
    """Turn the options into a scenario."""
    velocity = arguments.velocity
    return Scenario(
        policy=chosen(arguments.policy),
        terrain=arguments.terrain,
        seed=arguments.seed,
        seconds=arguments.seconds,
        velocity=None if velocity is None else (velocity[0], velocity[1], velocity[2]),
        noise=not arguments.no_noise,
        cameras=not arguments.no_cameras,
        renderer=arguments.renderer,
        drivetrain=arguments.drivetrain,
        robot=load_robot(arguments.robot),
    )


def _run(episode: Episode, seconds: float, story: RunStory | None) -> dict[str, Any]:
    """Run it behind a progress bar of simulated seconds; return the summary."""
    tally, loop = Tally(episode), episode.loop
    with progress("s") as bar:
        task = bar.add_task("simulated", total=round(seconds), note="")

        def each(tick: Tick) -> None:
            tally.add(tick)
            if story is not None:
                story.add(tick)
            if loop.log.released_ns is not None and tick.state.now_ns % 100_000_000 == 0:
                passed = (tick.state.now_ns - loop.log.released_ns) * 1e-9
                bar.update(task, completed=min(round(passed, 1), round(seconds)))

        begin = time.perf_counter()
        loop.run(seconds, each, beyond_fall=True)
        real_s = time.perf_counter() - begin
        bar.update(task, completed=round(seconds))
    return tally.summary(real_s)


def run(arguments: argparse.Namespace) -> int:
    """Run one episode; exit code 1 when it fell."""
    scenario = scenario_of(arguments)
    episode = build(scenario)
    story = None
    if arguments.video or arguments.plot:
        video, plot = arguments.video or "", arguments.plot or ""
        story = RunStory(episode.loop, scenario.seconds, video, plot)
    summary = _run(episode, scenario.seconds, story)
    if story is not None:
        people.print(f"written: {', '.join(story.close())}", markup=False)
    write_json(arguments.json, summary)
    if arguments.json != "-":
        people.print(table("closed loop", ("figure", "value"), summary.items()))
    if arguments.picture:
        from ballbot_fusion.simulation.rendering.view import save_view

        save_view(episode.loop.plant.simulation, arguments.picture)
    return int(summary["fell"])
