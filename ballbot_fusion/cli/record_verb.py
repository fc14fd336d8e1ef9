"""Record a running graph, until Ctrl-C: everything that its nodes say, as MCAP.

The recording begins in the middle of a run; replay begins at the first state that the inference
node tells of which all samples are in the recording, at most a second or two later.
"""

import argparse
import os
import sys
from pathlib import Path

from ballbot_fusion.cli.output import add_json, people, write_json
from ballbot_fusion.cli.usage import positive
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.recording.bag_summary import problems_of, summary_of

EXAMPLE = "ballbot record recordings --seconds 60"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("directory", nargs="?", default="recordings", help="folder for recordings")
    parser.add_argument("--seconds", type=positive, help="end after so long")
    parser.add_argument("--robot", default="", help="robot file")
    parser.add_argument(
        "--compression", default="none", choices=["none", "lz4", "zstd"], help="of the file"
    )
    parser.add_argument("--stamped-command", action="store_true", help="cmd_vel is TwistStamped")
    parser.add_argument("--namespace", default="", help="namespace of the robot, such as /robot_1")
    parser.add_argument(
        "--network", default="local", choices=["local", "lan"], help="as given to the launch"
    )
    add_json(parser)


def ros_arguments(arguments: argparse.Namespace) -> list[str]:
    """Return the options as a node takes them."""
    values = {
        "directory": str(Path(arguments.directory).expanduser().absolute()),
        "robot": arguments.robot,
        "compression": arguments.compression,
        "niceness": "-5",  # as launch files start it
        "stamped_command": str(arguments.stamped_command).lower(),
        "duration_s": str(float(arguments.seconds or 0.0)),
    }
    given = [word for name, value in values.items() for word in ("-p", f"{name}:={value}")]
    # An empty value is no YAML: what is not said stays as it is by default.
    given = [w for pair in zip(given[::2], given[1::2], strict=True) if not pair[1].endswith(":=")
             for w in pair]  # fmt: skip
    return ["--ros-args", "-r", f"__ns:=/{arguments.namespace.strip('/')}", *given]


def _run_recorder(arguments: argparse.Namespace) -> int:
    """Be the recorder until it ends; return its exit code."""
    from ballbot_fusion.core.resources import transports

    kind = "fastdds_camera.xml" if arguments.network == "local" else "fastdds_camera_lan.xml"
    chosen = transports(kind)
    if not chosen.keys() & os.environ.keys():
        os.environ.update(chosen)
    from ballbot_fusion.nodes.recorder import main

    before = sys.argv
    sys.argv = ["ballbot record", *ros_arguments(arguments)]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.argv = before
    return 0


def run(arguments: argparse.Namespace) -> int:
    """Record, then tell what was; 1 when there is nothing."""
    place = Path(arguments.directory).expanduser()
    before = set(place.glob("*/"))
    code = _run_recorder(arguments)
    made = sorted(set(place.glob("*/")) - before)
    if not made:
        return code or 1
    summary = summary_of(open_bag(made[-1]))
    problems = problems_of(summary)
    write_json(arguments.json, {"path": str(made[-1]), **summary, "problems": problems})
    if arguments.json != "-":
        people.print(f"{made[-1]}: {summary['messages']} messages", markup=False)
        for problem in problems:
            people.print(problem, markup=False)
    return code
