"""The stand-in takes no argument that the real launch does not, and says what it lacks."""

import importlib
import importlib.util
import json
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[2] / "golden"
spec = importlib.util.spec_from_file_location("make_launch_api", GOLDEN / "make_launch_api.py")
assert spec is not None
assert spec.loader is not None
make_launch_api = importlib.util.module_from_spec(spec)
spec.loader.exec_module(make_launch_api)

REAL = json.loads((GOLDEN / "launch_api.json").read_text())["api"]
is_stand_in = make_launch_api.is_stand_in()
needs_stand_in = pytest.mark.skipif(not is_stand_in, reason="the real launch is installed here")


def test_golden_file_is_current() -> None:
    """On an installation: the real launch still takes what was recorded."""
    if is_stand_in:
        pytest.skip("the real launch is not installed here")
    now = make_launch_api.signatures()
    for name, recorded in REAL.items():
        assert set(recorded["positional"]) <= set(now[name]["positional"]), name
        assert set(recorded["keyword"]) <= set(now[name]["keyword"]), name


@needs_stand_in
@pytest.mark.parametrize("name", REAL)
def test_signature_is_a_subset_of_the_real_one(name: str) -> None:
    ours = make_launch_api.signatures()[name]
    assert set(ours["positional"]) <= set(REAL[name]["positional"])
    assert set(ours["keyword"]) <= set(REAL[name]["keyword"])


@needs_stand_in
@pytest.mark.parametrize("module", sorted(make_launch_api.USED))
def test_what_is_missing_is_refused_by_name(module: str) -> None:
    with pytest.raises(AttributeError, match=r"no 'ForLoop', only .* install ROS 2"):
        importlib.import_module(module).ForLoop  # noqa: B018


@needs_stand_in
def test_an_import_of_what_is_missing_fails() -> None:
    with pytest.raises(ImportError, match="GroupAction"):
        from launch.actions import GroupAction  # noqa: F401


@needs_stand_in
def test_an_argument_that_is_missing_is_refused_by_name() -> None:
    node = importlib.import_module("launch_ros.actions").Node
    with pytest.raises(TypeError, match=r"does not take emulate_tty: .* install ROS 2"):
        node(package="x", executable="y", emulate_tty=True)


@needs_stand_in
def test_launch_files_use_nothing_else() -> None:
    """Every name that the launch files import from launch is in the recorded API."""
    used = {name for module, names in make_launch_api.USED.items() for name in names}
    for path in (Path(__file__).parents[3] / "launch").glob("*.launch.py"):
        for line in path.read_text().splitlines():
            if line.startswith(("from launch", "from launch_ros")):
                names = line.split(" import ")[1].split(", ")
                assert set(names) <= used, f"{path.name}: {line}"
