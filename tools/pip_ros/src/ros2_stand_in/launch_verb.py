"""`ros2 launch`: find the launch file, show its arguments or launch it."""

import argparse
import os
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from ament_index_python.packages import PackageNotFoundError, get_package_share_directory
from launch import LaunchDescription, LaunchService


def launch(arguments: list[str]) -> int:
    """Run the verb."""
    args = parser().parse_args(arguments)
    path, given = launch_file(args)
    values = dict(parsed(given))
    if args.show_all_subprocesses_output:
        os.environ["OVERRIDE_LAUNCH_PROCESS_OUTPUT"] = "both"
    description = described(path)
    if args.show_args:
        show_arguments(description)
        return 0
    service = LaunchService(argv=given, noninteractive=args.noninteractive, debug=args.debug)
    service.context.launch_configurations.update(values)
    service.include_launch_description(description)
    return service.run()


def parser() -> argparse.ArgumentParser:
    """The options, under the names that the real one gives them."""
    p = argparse.ArgumentParser("ros2 launch", description="Run a launch file.")
    p.add_argument("-n", "--noninteractive", action="store_true", help="no terminal is there")
    p.add_argument("-d", "--debug", action="store_true", help="show tracebacks of launch files")
    p.add_argument(
        "-s", "--show-args", "--show-arguments", action="store_true", help="show its arguments"
    )
    p.add_argument(
        "-a", "--show-all-subprocesses-output", action="store_true", help="show output='log' too"
    )
    p.add_argument("package_name", help="package that has the launch file, or the file's path")
    p.add_argument("launch_file_name", nargs="?", help="name of the launch file")
    p.add_argument("launch_arguments", nargs="*", help="'<name>:=<value>'; the last one wins")
    return p


def launch_file(args: argparse.Namespace) -> tuple[Path, list[str]]:
    """The path of the launch file, and the arguments meant for it."""
    name, given = args.launch_file_name, list(args.launch_arguments)
    if name is None or ":=" in name:
        path = Path(args.package_name)
        if not path.is_file():
            raise RuntimeError(f"no launch file '{path}': expected `ros2 launch PACKAGE FILE`")
        return path, [name, *given] if name else given
    try:
        share = Path(get_package_share_directory(args.package_name))
    except PackageNotFoundError as error:
        raise RuntimeError(f"Package '{args.package_name}' not found: {error}") from None
    found = sorted(p for p in share.rglob(name) if p.is_file())
    if len(found) != 1:
        have = ", ".join(sorted(p.name for p in share.rglob("*.launch.py"))) or "none"
        what = "found more than once" if found else "not found"
        raise RuntimeError(
            f"file '{name}' was {what} in the share directory of package '{args.package_name}'"
            f" which is at '{share}'; launch files there: {have}"
        )
    return found[0], given


def parsed(arguments: list[str]) -> Iterator[tuple[str, str]]:
    """(name, value) of each `name:=value`."""
    for argument in arguments:
        name, sign, value = argument.partition(":=")
        if not sign or not name or not value:
            raise RuntimeError(
                f"malformed launch argument '{argument}', expected format '<name>:=<value>'"
            )
        yield name, value


def described(path: Path) -> LaunchDescription:
    """What a launch file's ``generate_launch_description`` returns."""
    spec = spec_from_file_location("launch_file", path)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"'{path}' is no launch file in Python, which is what is supported here")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    if not hasattr(module, "generate_launch_description"):
        raise RuntimeError(f"launch file at '{path}' does not define generate_launch_description()")
    return module.generate_launch_description()


def show_arguments(description: LaunchDescription) -> None:
    """Print the arguments in the layout of the real one."""
    print("Arguments (pass arguments as '<name>:=<value>'):")
    arguments = description.get_launch_arguments()
    for argument in arguments:
        star = "*" if argument.condition is not None else ""
        print(f"\n    '{argument.name}':{star}\n        {argument.description}")
        if argument.default_value is not None:
            default = " + ".join(part.describe() for part in argument.default_value)
            print(f"        (default: {default})")
    if not arguments:
        print("\n  No arguments.")
    elif any(argument.condition is not None for argument in arguments):
        print("\n* argument(s) which are only used if specific conditions occur")
