"""What both launch files need before a process is started: checks, profiles, leftovers.

Free of ROS, so that a wrong argument is refused before anything runs.
"""

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import yaml

from ballbot_fusion.core.resources import share, transports
from ballbot_fusion.nodes import presence

SHARED_MEMORY = Path("/dev/shm")
LEFTOVERS = ("fastrtps_*", "fastdds_*")
"""Segments of Fast DDS 2 (Jazzy) and 3 (Kilted); ``sem.`` of the same name are their locks."""


SIMULATION = {
    "mujoco_bridge": {"priority": 40},
    "safety": {"priority": 30},
    "inference": {"priority": 20},
    "failing_inference": {"priority": 20},
    "camera_bridge": {"niceness": -10},
    "monitor": {"niceness": 10},
    "recorder": {"niceness": -5},
    "dashboard": {"niceness": 10},
}
"""Scheduling by executable, in real time: the drivers first, then what watches, then what thinks:
a policy that takes too long must not keep the fallback from the processor.

Real-time processes that leave others less than a twentieth of a core are stopped for up to 50 ms of
each second (sched_rt_runtime_us; since Linux 6.12 the fair server), the IMU among them. On two
cores the simulation comes near to that, so rendering is not one of them.
"""
ROBOT = {
    "safety": {"priority": 30},
    "inference": {"priority": 20},
    "recorder": {"niceness": -5},
    "dashboard": {"niceness": 10},
}
"""Scheduling beside drivers of the robot's own, which no simulation slows."""


RECORDINGS = "~/ballbot_recordings"
"""Where robot.launch.py records to by itself."""
NO_RECORDING = "none"
"""The folder that stands for none: `ros2 launch` refuses an argument without a value."""


class LaunchRefusedError(RuntimeError):
    """A launch cannot begin. The text says what, found, expected, what to do."""


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse launch arguments that the launch file does not have."""
    known = sorted(known)
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise LaunchRefusedError(
            f"Unknown launch argument {', '.join(unknown)}; known are {', '.join(known)}. "
            "--show-args explains them."
        )


def size_of(text: str) -> tuple[int, int]:
    """Read ``64`` or ``640x480``: width and height."""
    width, _, height = text.partition("x")
    if not width.isdigit() or not (height or width).isdigit():
        raise LaunchRefusedError(f"depth_size is {text!r}, expected WIDTHxHEIGHT such as 640x480.")
    return int(width), int(height or width)


def number_of(name: str, text: str, *, low: float = 0.0) -> float:
    """Read a number that is at least ``low``."""
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value < float("inf"):
        raise LaunchRefusedError(f"{name} is {text!r}, expected a number of {low:g} or more.")
    return value


def whole_number_of(name: str, text: str) -> int:
    """Read a whole number that is at least 0; what it is not is never rounded to one."""
    value = number_of(name, text)
    if not value.is_integer():
        raise LaunchRefusedError(f"{name} is {text!r}, expected a whole number of 0 or more.")
    return int(value)


def own_folder(name: str) -> Path:
    """Return an empty folder for files of the launch, which is gone when that ends."""
    _folders.append(tempfile.TemporaryDirectory(prefix=f"ballbot_{name}_"))
    return Path(_folders[-1].name)


_folders: list[tempfile.TemporaryDirectory[str]] = []
"""Keeps the folders for as long as the launch runs."""


def recordings(folder: str, namespace: str = "/") -> str:
    """Return the absolute path of the folder for recordings, which is made; empty for NO_RECORDING.

    Robots in a namespace have a folder of that name in it: two may begin in the same second.

    Raises:
        LaunchRefusedError: it cannot be written to.
    """
    if folder == NO_RECORDING:
        return ""
    place = Path(folder).expanduser().absolute() / namespace.strip("/")
    try:
        place.mkdir(parents=True, exist_ok=True)
        wrong = "" if os.access(place, os.W_OK) else "nobody but its owner may write there"
    except OSError as error:
        wrong = str(error.strerror)
    if wrong:
        raise LaunchRefusedError(
            f"record is {folder!r}: {wrong}. Give a folder for recordings, or record:=none."
        )
    return str(place)


def parameter_files(folder: str, *names: str) -> list[str]:
    """Paths of parameter files in ``folder``; empty: those that come with the package.

    Raises:
        LaunchRefusedError: one of them is not there.
    """
    place = Path(folder) if folder else share() / "config"
    paths = [place / f"{name}.yaml" for name in names]
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise LaunchRefusedError(
            f"config is {folder!r}, which has no {', '.join(missing)}. Copy the package's config "
            f"({share() / 'config'}) and change the copy."
        )
    return [str(path) for path in paths]


def remappings(file: str) -> list[tuple[str, str]]:
    """Read a file that says what topics are called: one `OURS: THEIRS` a line; empty: nothing.

    Raises:
        LaunchRefusedError: it is not there, or no such map.
    """
    if not file:
        return []
    path = Path(file)
    try:
        names = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LaunchRefusedError(
            f"topics: cannot read {path}: {error}. Give a YAML file."
        ) from None
    pairs = names.items() if isinstance(names, dict) else ()
    if not pairs or not all(isinstance(text, str) and text for pair in pairs for text in pair):
        raise LaunchRefusedError(
            f"topics: {path} holds {names!r}, expected a topic a line, such as "
            "`imu/data: imu_sensor_broadcaster/imu`."
        )
    return list(pairs)


def environment(kind: str, network: str) -> Mapping[str, str]:
    """Environment of one process: transports, and one thread per process.

    ``kind`` is udp or camera, ``network`` local or lan.
    """
    profile = f"fastdds_{kind}.xml" if network == "local" else f"fastdds_{kind}_lan.xml"
    return {
        **transports(profile),
        "RMW_IMPLEMENTATION": "rmw_fastrtps_cpp",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUNBUFFERED": "1",
    }


def refuse_busy_domain(role: str = "launch", namespace: str = "/") -> None:
    """Refuse to start where another ballbot is launched already; hold the place from then on.

    A place is a namespace on a domain. Simulated drivers have a ``role`` of their own: a robot is
    launched beside them.
    """
    where = "" if namespace == "/" else f" in namespace {namespace}"
    try:
        domain, held = presence.domain(), presence.hold(f"{namespace}/{role}")
    except ValueError as error:
        raise LaunchRefusedError(f"{error} Set it right, or unset it.") from None
    except OSError as error:
        raise LaunchRefusedError(str(error)) from None
    if held is None:
        raise LaunchRefusedError(
            f"Another ballbot runs on ROS_DOMAIN_ID {domain}{where}. End it (Ctrl-C there), or "
            "choose another domain (ROS_DOMAIN_ID=7 ./with-ros ros2 launch ...) or a namespace of "
            "its own (namespace:=robot_2)."
        )
    _held.append(held)


_held: list[presence.Held] = []
"""Keeps the places for as long as the launch runs."""


def remove_leftovers() -> int:
    """Remove shared memory of participants that were killed; return how many files.

    A segment that a living process maps is left alone, and so are those of other users: whether
    their processes live is theirs to know.
    """
    # First: what is made while we look at the processes is nobody's leftover.
    found = [entry for pattern in LEFTOVERS for entry in SHARED_MEMORY.glob(pattern)]
    mapped: set[str] = set()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            text = maps.read_text()
        except OSError:
            continue
        mapped.update(line.rsplit("/", 1)[-1] for line in text.splitlines() if "/dev/shm/" in line)
    # Beside each segment lies an empty file `..._el`, which its owner has locked, not mapped.
    dead = [entry for entry in found if entry.name.removesuffix("_el") not in mapped]
    return sum(_is_removed(entry) for entry in dead)


def _is_removed(segment: Path) -> bool:
    """Remove a segment and its lock; say whether that is allowed."""
    try:
        segment.unlink(missing_ok=True)
        (SHARED_MEMORY / f"sem.{segment.name}_mutex").unlink(missing_ok=True)
    except PermissionError:
        return False
    return True
