"""Who may import what: inner never imports outer, and the robot path never needs torch.

`ALLOWED` is the table of the design: a name without a dot is a package from outside, `.name` is
ballbot_fusion.name. Every file may import the standard library and its own folder. The longest
matching key decides, so `deployment.export*` may do more than `deployment`.
"""

import ast
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ballbot_fusion"

MESSAGES = {
    "action_msgs",
    "builtin_interfaces",
    "diagnostic_msgs",
    "geometry_msgs",
    "lifecycle_msgs",
    "nav_msgs",
    "rcl_interfaces",
    "rosgraph_msgs",
    "sensor_msgs",
    "std_msgs",
    "std_srvs",
}
ROS = {"rclpy", "ament_index_python"} | MESSAGES
MATHS = {"numpy", "scipy", "numba"}
SETTINGS = {"pydantic", "yaml"}

BRIDGE = [
    "nodes.*bridge*", "nodes.camera_state", "nodes.failing_inference", "nodes.sensor_messages",
    "nodes.viewer",
]  # fmt: skip
"""Files that stand in for parts of a robot, and fail as those may."""

ALLOWED: dict[str, set[str]] = {
    "core": MATHS | SETTINGS | {"cv2"},
    "language": {".core", "tokenizers", "safetensors", "numpy"} | SETTINGS,
    "policies": {".core", "torch", "numpy"} | SETTINGS,
    "simulation": {".core", "mujoco", "gymnasium", "cv2", "OpenGL"} | MATHS | SETTINGS,
    "training": {
        ".core",
        ".language",
        ".policies",
        ".simulation",
        ".deployment",
        ".evaluation",
        "torch",
    }
    | {"stable_baselines3", "gymnasium", "tensorboard", "rich"}
    | MATHS
    | SETTINGS,
    "deployment": {".core", "onnxruntime", "onnx", "pydantic", "numpy"},
    "deployment.export*": {".core", ".policies", "torch", "onnx", "onnxscript", "onnxruntime"}
    | {"numpy", "pydantic"},
    "doctor": {".core", "numpy"},
    "calibration": {".core", "numpy"},
    "calibration.robot_file": {".core", "ruamel"},
    "recording": {".core", "mcap", "numpy"} | SETTINGS,
    "evaluation": {
        ".core",
        ".language",
        ".deployment",
        ".simulation",
        ".policies",
        ".recording",
        "rich",
        "onnx",
    }
    | MATHS
    | SETTINGS,
    "evaluation.doctor*": {".core", ".deployment", ".doctor", ".simulation", "numpy"},
    "evaluation.calibration*": {".core", ".calibration", ".simulation", "numpy"},
    "evaluation.plots": {"matplotlib"},
    "evaluation.film": {".core", ".simulation", "cv2", "numpy"},
    "evaluation.svg": {"matplotlib"},
    "evaluation.inspection.page": {"jinja2"},
    "nodes": {".core", ".language", ".deployment", ".recording", "numpy"} | SETTINGS | ROS,
    **dict.fromkeys(BRIDGE, {".core", ".simulation", "numpy", "mujoco"} | SETTINGS | ROS),
    "fuzzing": {".core", ".nodes", "hypothesis", "numpy"} | ROS,
    "launching": {"launch", "launch_ros", ".core", ".nodes"},
    "operation.campaign*": {".core", ".evaluation", ".deployment", ".nodes", "onnx", "numpy"} | ROS,
    "operation.doctor*": {".core", ".doctor", ".recording", "numpy"} | ROS,
    "operation.measures*": {".core", ".deployment", ".evaluation", ".recording"} | ROS,
    "operation.calibration": {".core", ".calibration", ".recording"} | ROS,
    "operation": {".core", ".evaluation", ".nodes", "numpy", "rich"} | SETTINGS | ROS,
    # Benches time all of it.
    "bench": {".core", ".policies", ".simulation", ".training", ".deployment", ".recording"}
    | {".evaluation", ".nodes", ".operation", "cv2", "message_filters", "onnx", "torch"}
    | MATHS
    | SETTINGS
    | ROS,
    "dashboard": {".core", ".operation", ".nodes", "nicegui", "fastapi", "uvicorn", "cv2", "numpy"}
    | SETTINGS
    | ROS,
}
FREE = {"cli"}
"""Folders that may import anything; nothing may import them."""

SIMULATOR = ["mujoco", "gymnasium"]
NEVER_LOADED = {
    "deployment.runtime": ["torch", *SIMULATOR],
    "nodes.inference_node": ["torch", "tokenizers", "safetensors", *SIMULATOR],
    "evaluation.suites.instructions": ["torch", "tokenizers", "safetensors"],
    "nodes.safety_node": ["torch", *SIMULATOR],
    "nodes.mujoco_bridge": ["torch"],
    "doctor.guided": ["rclpy", "torch", *SIMULATOR],
    "calibration.steps": ["rclpy", "torch", *SIMULATOR],
    "operation.calibration": ["torch", *SIMULATOR, "ballbot_fusion.simulation"],
    "operation.doctor": ["torch", *SIMULATOR, "ballbot_fusion.simulation"],
    "cli.main": ["torch"],
    "cli.eval_verb": ["torch", "matplotlib"],
    "cli.campaign_verb": ["torch", "matplotlib"],
    "cli.bench_verb": ["torch", "matplotlib", *SIMULATOR],
    "bench.inference": ["torch", *SIMULATOR],
    "bench.live.driver": ["torch"],
    "bench.live.floor": ["torch", *SIMULATOR],
    "cli.compare_verb": ["torch", "matplotlib", *SIMULATOR],
}
"""Module -> what importing it must not load, not even by way of another module."""


def modules() -> list[Path]:
    return sorted(p.relative_to(PACKAGE) for p in PACKAGE.glob("*/**/*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, module) of each import in a file, `.x.y` for ballbot_fusion.x.y."""
    for node in ast.walk(ast.parse((PACKAGE / path).read_text(), str(path))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: write imports from the package's root"
            names = [node.module or ""]
            if node.module == PACKAGE.name:
                names = [f"{PACKAGE.name}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            yield node.lineno, name.removeprefix(PACKAGE.name) if is_ours(name) else name


def is_ours(name: str) -> bool:
    return name.split(".")[0] == PACKAGE.name


def rule_for(module: str) -> set[str]:
    keys = [key for key in ALLOWED if fnmatch(module, key) or module.split(".")[0] == key]
    assert keys, f"ballbot_fusion.{module}: add its folder to ALLOWED, or move the file"
    return ALLOWED[max(keys, key=len)]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_go_inwards(path: Path) -> None:
    module = name_of(path)
    folder = module.split(".")[0]
    if folder in FREE:
        return
    allowed = rule_for(module)
    for line, name in imports(path):
        outer = "." + name.split(".")[1] if name.startswith(".") else name.split(".")[0]
        if outer in allowed or outer in (f".{folder}", "__future__", ".__init__"):
            continue
        assert outer in sys.stdlib_module_names, (
            f"ballbot_fusion/{path}:{line} imports {name!r}, but {folder} may import only"
            f" {', '.join(sorted(allowed))}: move the code, or pass in what it needs"
        )


@pytest.mark.parametrize("module", NEVER_LOADED)
def test_runs_without(module: str) -> None:
    name = f"{PACKAGE.name}.{module}"
    assert importlib.util.find_spec(name), f"{name} has moved: name its new place in NEVER_LOADED"
    code = f"import sys, {name}; print(set(sys.modules) & set({NEVER_LOADED[module]}))"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "set()\n"), result.stdout + result.stderr
