"""For every test: ROS graphs that cannot meet, no skip that nobody agreed to, all cores at work."""

import fcntl
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from support.on_all_cores import GraphsLast, in_order

# Before anything loads a maths library: threads that wait by spinning make a busy machine hopeless.
os.environ.setdefault("OMP_NUM_THREADS", "1")

DOMAINS = range(1, 101)  # above 101 the ports of a domain reach into Linux's ephemeral ones
ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")

_start = itertools.count(os.getpid())
_skipped: dict[str, str] = {}


@contextmanager
def reserved_domain() -> Iterator[int]:
    """A ROS_DOMAIN_ID that no other test on this machine holds; in the environment while held.

    The kernel drops the lock when its process dies, so a killed run blocks nothing.
    """
    first = next(_start)  # rarely the one just used: a killed node may still be heard there
    for k in range(len(DOMAINS)):
        domain = DOMAINS[(first + k) % len(DOMAINS)]
        path = Path(f"/tmp/ballbot_fusion_domain_{domain}.lock")
        with path.open("w") as lock, pytest.MonkeyPatch.context() as patch:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            patch.setenv("ROS_DOMAIN_ID", str(domain))
            yield domain
            return
    pytest.fail(f"no free ROS_DOMAIN_ID in {DOMAINS}: end the test runs that hold them")


@pytest.fixture
def ros_domain_id() -> Iterator[int]:
    """A ROS_DOMAIN_ID of this test's own, set in the environment."""
    with reserved_domain() as domain:
        yield domain


@pytest.fixture(scope="module")
def module_ros_domain_id() -> Iterator[int]:
    """A ROS_DOMAIN_ID for all tests of one file, for a graph that they share."""
    with reserved_domain() as domain:
        yield domain


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long tests first, graphs last."""
    items[:] = in_order(items, config.rootpath)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> GraphsLast:
    """Share the tests out, where -n says among how many processes."""
    return GraphsLast(config, log)


def allowed_skips() -> list[tuple[str, str]]:
    """(pattern of node ids, pattern of reasons) of each line in allowed_skips.txt."""
    lines = (line.split("#")[0].strip() for line in ALLOWED_SKIPS.read_text().splitlines())
    return [tuple(map(str.strip, line.split("|", 1))) for line in lines if line]  # type: ignore[misc]


def _note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _skipped[report.nodeid] = reason.removeprefix("Skipped: ")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    _note_skip(report)


def unexpected_skips() -> dict[str, str]:
    """Reasons of the skipped tests that no line of allowed_skips.txt covers."""
    rules = allowed_skips()

    def is_allowed(node: str, reason: str) -> bool:
        return any(fnmatch(node, n) and fnmatch(reason, r) for n, r in rules)

    return {node: why for node, why in _skipped.items() if not is_allowed(node, why)}


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and unexpected_skips():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    write: Callable[[str], None] = terminalreporter.write_line
    if unexpected_skips():
        write(f"FAILED: skipped, and not in {ALLOWED_SKIPS.name} (run the test or add a line):")
    for node, reason in unexpected_skips().items():
        write(f"  {node} | {reason}")
