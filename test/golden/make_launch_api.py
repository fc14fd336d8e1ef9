"""Writes launch_api.json: what the real `launch` and `launch_ros` take, for the part we use.

    source /opt/ros/kilted/setup.bash && python3 test/golden/make_launch_api.py

Run it where ROS 2 is installed; the stand-in of tools/pip_ros is refused. Constructors that pass
``**kwargs`` on are followed to the classes that take them, so that a list is complete.
"""

import importlib
import importlib.util
import inspect
import json
from importlib.metadata import version
from pathlib import Path

GOLDEN = Path(__file__).with_name("launch_api.json")

USED = {
    "launch": ["LaunchDescription"],
    "launch.actions": [
        "DeclareLaunchArgument",
        "EmitEvent",
        "ExecuteProcess",
        "LogInfo",
        "OpaqueFunction",
        "RegisterEventHandler",
        "SetEnvironmentVariable",
        "Shutdown",
        "TimerAction",
    ],
    "launch.event_handlers": ["OnProcessExit", "OnShutdown"],
    "launch.events": ["Shutdown"],
    "launch.substitutions": [
        "EnvironmentVariable",
        "LaunchConfiguration",
        "PathJoinSubstitution",
        "TextSubstitution",
    ],
    "launch.conditions": ["IfCondition", "UnlessCondition"],
    "launch_ros.actions": ["Node"],
    "launch_ros.parameter_descriptions": ["ParameterValue"],
    "launch_ros.substitutions": ["FindPackageShare"],
}


def signature(cls: type) -> dict[str, list[str]]:
    """The positional and the keyword-only names that a constructor takes, its bases' included."""
    names: dict[str, list[str]] = {"positional": [], "keyword": []}
    for owner in cls.__mro__[:-1]:
        if "__init__" not in vars(owner):
            continue
        parameters = list(inspect.signature(owner.__init__).parameters.values())[1:]
        for p in parameters:
            if p.kind == p.POSITIONAL_OR_KEYWORD and owner is _first_with_init(cls):
                names["positional"].append(p.name)
            elif p.kind == p.KEYWORD_ONLY:
                names["keyword"].append(p.name)
        if all(p.kind != p.VAR_KEYWORD for p in parameters):
            break
    return {kind: sorted(set(found)) for kind, found in names.items()}


def _first_with_init(cls: type) -> type:
    return next(owner for owner in cls.__mro__ if "__init__" in vars(owner))


def signatures() -> dict[str, dict[str, list[str]]]:
    """Name with module -> signature, for everything in USED."""
    return {
        f"{module}.{name}": signature(getattr(importlib.import_module(module), name))
        for module, names in USED.items()
        for name in names
    }


def is_stand_in() -> bool:
    """Whether the installed `launch` is the one of tools/pip_ros."""
    return importlib.util.find_spec("launch._refuse") is not None


def main() -> None:
    """Write the file."""
    if is_stand_in():
        raise SystemExit("this is the stand-in: source a ROS 2 installation first")
    source = {name: version(name.replace("_", "-")) for name in ("launch", "launch_ros")}
    GOLDEN.write_text(json.dumps({"source": source, "api": signatures()}, indent=2) + "\n")


if __name__ == "__main__":
    main()
