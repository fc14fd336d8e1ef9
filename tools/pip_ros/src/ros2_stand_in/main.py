"""`ros2 launch` and `ros2 run`; every other verb is refused with what to use instead."""

import argparse
import os
import sys

from launch.substitution import SubstitutionFailure
from launch_ros.actions import find_executable

from ros2_stand_in.launch_verb import launch

REFUSED = """\
ros2 {verb}: not part of the stand-in that with-ros installs where there is no ROS 2. It has:
  ros2 launch PACKAGE FILE [--show-args] [name:=value ...]
  ros2 run PACKAGE EXECUTABLE [arguments ...]
Look at a running robot with `ballbot topics`, change it with `ballbot param`; or install ROS 2."""


def run(arguments: list[str]) -> int:
    """`ros2 run`: become the executable, so that signals reach it."""
    parser = argparse.ArgumentParser("ros2 run", description="Run an executable of a package.")
    parser.add_argument("package_name")
    parser.add_argument("executable_name")
    parser.add_argument("argv", nargs=argparse.REMAINDER, help="arguments for the executable")
    args = parser.parse_args(arguments)
    path = find_executable(args.package_name, args.executable_name)
    os.execv(path, [path, *args.argv])


VERBS = {"launch": launch, "run": run}


def main() -> int:
    """The entry point."""
    verb, *rest = sys.argv[1:] or ["--help"]
    if verb in ("-h", "--help"):
        print(REFUSED.split("\n", 1)[1])
        return 0
    if verb not in VERBS:
        print(REFUSED.format(verb=verb), file=sys.stderr)
        return 1
    try:
        return VERBS[verb](rest)
    except (RuntimeError, SubstitutionFailure) as error:
        print(error, file=sys.stderr)
        return 1
