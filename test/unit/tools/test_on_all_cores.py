"""The order in which several processes run tests, by a run of real ones."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.on_all_cores import PATIENT, place, scope

TEST = Path(__file__).parents[2]
NOTING = """
import json, os, time

def test_{name}():
    begin = time.monotonic()
    time.sleep({seconds})
    note = [__file__, begin, time.monotonic(), os.getpid()]
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(json.dumps(note) + "\\n")
"""
INI = """
[pytest]
pythonpath = test
addopts = --import-mode=importlib
"""
CONFTEST = """
from support.on_all_cores import GraphsLast, in_order

def pytest_collection_modifyitems(config, items):
    items[:] = in_order(items, config.rootpath)

def pytest_xdist_make_scheduler(config, log):
    return GraphsLast(config, log)
"""


def project(root: Path, **counts: tuple[int, float]) -> Path:
    """Files of one test each under test/FOLDER, which take so many seconds: FOLDER=(files, s)."""
    (root / "test" / "support").mkdir(parents=True)
    shutil.copy(TEST / "support" / "on_all_cores.py", root / "test" / "support")
    (root / "test" / "conftest.py").write_text(CONFTEST)
    (root / "pytest.ini").write_text(INI)
    for folder, (count, seconds) in counts.items():
        (root / "test" / folder).mkdir()
        for k in range(count):
            text = NOTING.format(name=f"{folder}_{k}", seconds=seconds)
            (root / "test" / folder / f"test_{k}.py").write_text(text)
    return root


def run(root: Path) -> tuple[int, str, list[list]]:
    """Exit code, output and (file, begin, end, process) of each test of a run in two processes."""
    told = root / "notes"
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
    done = subprocess.run(
        command, cwd=root, env=environment | {"NOTES": str(told)}, capture_output=True, text=True,
        timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout, [json.loads(li) for li in told.read_text().splitlines()]


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> list[list]:
    root = tmp_path_factory.mktemp("project")
    code, said, noted = run(project(root, ros=(4, 0.05), unit=(8, 0.1), learning=(1, 0.2)))
    assert code == 0, said
    return noted


@pytest.mark.parametrize("lost", ["ros/test_1", "ros/test_3", "unit/test_0", "unit/test_3"])
def test_a_lost_process_costs_one_test(tmp_path: Path, lost: str) -> None:
    project(tmp_path, ros=(4, 0.05), unit=(4, 0.05))
    (tmp_path / "test" / f"{lost}.py").write_text("import os\n\ndef test_it():\n    os._exit(1)\n")
    code, said, noted = run(tmp_path)
    assert code == 1
    assert said.count(f"crashed while running 'test/{lost}.py::test_it'") >= 1, said
    assert "1 failed, 7 passed" in said
    assert len({note[0] for note in noted}) == len(noted) == 7


def test_every_test_runs_once(notes: list[list]) -> None:
    assert len({note[0] for note in notes}) == len(notes) == 13


def test_graphs_have_one_process_and_come_last(notes: list[list]) -> None:
    graphs = [note for note in notes if "/test/ros/" in note[0]]
    others = [note for note in notes if "/test/ros/" not in note[0]]
    assert len({note[3] for note in graphs}) == 1
    assert len({note[3] for note in others}) == 2
    # A process keeps its last test until it hears that nothing else comes: one may still run.
    begin = min(note[1] for note in graphs)
    assert sum(note[2] > begin for note in others) <= 1


def test_files_in_lockstep_are_there() -> None:
    assert all((TEST.parent / path).is_file() for path in PATIENT)


def test_what_belongs_together() -> None:
    assert scope("test/ros/test_a.py::test_x[1]") == scope("test/ros/test_b.py::test_y")
    assert scope("test/unit/test_a.py::test_x") != scope("test/unit/test_b.py::test_x")
    assert scope(f"{PATIENT[0]}::test_x") == PATIENT[0]
    mixed = ["test/ros/test_a.py", "test/unit/test_a.py", "test/learning/test_a.py"]
    assert sorted(mixed, key=place) == mixed[::-1]
