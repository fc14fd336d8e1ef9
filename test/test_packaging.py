"""What is installed is what is declared: versions agree, executables exist, files are found."""

import ast
import configparser
import importlib.util
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from ament_index_python.packages import get_package_prefix, get_package_share_directory

ROOT = Path(__file__).parents[1]
NAME = "ballbot_fusion"
EXECUTABLES = [
    "ballbot",
    "camera_bridge",
    "dashboard",
    "failing_inference",
    "inference",
    "monitor",
    "mujoco_bridge",
    "player",
    "recorder",
    "safety",
]

KEYS = {
    "cv2": "python3-opencv",
    "gymnasium": "python3-gymnasium-pip",
    "mujoco": "python3-mujoco-pip",
    "onnxruntime": "python3-onnxruntime-pip",
    "ruamel": "python3-ruamel.yaml",
    "yaml": "python3-yaml",
    **{
        name: f"python3-{name}"
        for name in ("jinja2", "matplotlib", "numba", "numpy", "pydantic", "rich", "scipy")
    },
}
"""Import name -> rosdep key; other names are their own key."""
WITHOUT_KEY = {
    "fastapi", "hypothesis", "mcap", "nicegui", "onnx", "onnxscript", "safetensors",
    "stable_baselines3", "tokenizers", "torch", "uvicorn",
}  # fmt: skip
"""Named in package.xml, as are its test dependencies; with-ros brings them."""
BY_OTHERS = {"OpenGL", "setuptools"}  # what mujoco and setup.py itself bring


def manifest() -> ElementTree.Element:
    return ElementTree.parse(ROOT / "package.xml").getroot()


def setup_keyword(name: str) -> object:
    """A literal that setup.py gives to setup()."""
    tree = ast.parse((ROOT / "setup.py").read_text())
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call)]
    setup = next(c for c in calls if isinstance(c.func, ast.Name) and c.func.id == "setup")
    return ast.literal_eval(next(k.value for k in setup.keywords if k.arg == name))


def test_versions_agree() -> None:
    assert manifest().findtext("version") == setup_keyword("version")


def test_scripts_go_where_ros_looks() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg")
    assert config["develop"]["script_dir"] == f"$base/lib/{NAME}"
    assert config["install"]["install_scripts"] == f"$base/lib/{NAME}"


@pytest.mark.parametrize("name", EXECUTABLES)
def test_executables_are_installed(name: str) -> None:
    assert (Path(get_package_prefix(NAME)) / "lib" / NAME / name).is_file()


@pytest.mark.parametrize("folder", ["launch", "config", "models"])
def test_files_are_installed(folder: str) -> None:
    """Every file of the folder is at the same place below share/."""
    share = Path(get_package_share_directory(NAME))
    files = [p for p in (ROOT / folder).rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert files
    missing = [p for p in files if not (share / p.relative_to(ROOT)).is_file()]
    assert not missing, "run `colcon build` again: with-ros does it when files were added"


def imported() -> set[str]:
    """The packages that ours imports from outside, wherever in a file."""
    found = set()
    for path in [*(ROOT / NAME).rglob("*.py"), *(ROOT / "launch").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    return found - set(sys.stdlib_module_names) - {NAME}


def test_every_import_is_declared() -> None:
    declared = {e.text for e in manifest().iter("exec_depend")}
    needed = {KEYS.get(name, name) for name in imported() - WITHOUT_KEY - BY_OTHERS}
    assert needed <= declared, f"add to package.xml: {needed - declared}"


def test_what_rosdep_does_not_know_is_named() -> None:
    text = (ROOT / "package.xml").read_text()
    assert {n for n in WITHOUT_KEY if n.replace("_", "-") not in text} == set()


def test_torch_is_not_needed_to_run() -> None:
    folder = ROOT / "tools" / "requirements"
    assert not any("torch" in path.read_text() for path in folder.glob("*-run.lock"))


def test_manifest_is_valid() -> None:
    if importlib.util.find_spec("catkin_pkg") is None:
        pytest.skip("catkin_pkg is not installed")
    code = "from catkin_pkg.package import parse_package as p; p('package.xml').validate()"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
