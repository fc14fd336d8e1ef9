"""Files are data: nothing that the robot reads can make it run code that is not this package's."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ballbot_fusion"
RUNS_CODE = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "runpy"}
"""Modules that run what they read, or read what can run."""
CALLS = {"eval", "exec", "compile", "__import__"}
NEEDED = {
    "np.load": ("allow_pickle", False),
    "numpy.load": ("allow_pickle", False),
    "torch.load": ("weights_only", True),
}
"""What a call must say, because another version's default may be the other."""
REFUSED = {"yaml.load", "yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen"}
NO_TORCH = ("core", "language", "deployment/runtime.py", "nodes", "recording")
"""The robot's path."""


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def calls(path: Path) -> Iterator[tuple[int, str, dict[str, object]]]:
    """(line, name, literal keyword arguments) of every call in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            literal = {
                word.arg: word.value.value
                for word in node.keywords
                if word.arg and isinstance(word.value, ast.Constant)
            }
            yield node.lineno, ast.unparse(node.func), literal


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def wrong_calls(path: Path) -> list[str]:
    found = []
    for line, name, said in calls(path):
        word, value = NEEDED.get(name, ("", None))
        shell = said.get("shell") is True
        if name in CALLS | REFUSED or shell or (word and said.get(word) is not value):
            found.append(f"{path.name}:{line} {name}({word}...)")
    return found


def test_nothing_that_is_read_is_run() -> None:
    assert len(files()) > 100
    for path in files():
        assert not RUNS_CODE.intersection(imported(path)), path
        assert not wrong_calls(path)


def test_the_robot_loads_no_torch() -> None:
    for place in NO_TORCH:
        paths = [PACKAGE / place] if place.endswith(".py") else (PACKAGE / place).rglob("*.py")
        for path in paths:
            assert "torch" not in imported(path), path


@pytest.mark.parametrize(
    "code",
    [
        "torch.load(p)", "torch.load(p, weights_only=False)", "np.load(p)", "eval(text)",
        "np.load(p, allow_pickle=True)", "yaml.load(p)", "run(x, shell=True)", "exec(text)",
    ],
)  # fmt: skip
def test_the_test_would_see_it(code: str, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(code)
    assert wrong_calls(tmp_path / "bad.py")
