"""A node that is started by itself listens on 127.0.0.1 and nowhere else."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.graph import addresses

from ballbot_fusion.core.resources import share

PROFILES = ("FASTDDS_DEFAULT_PROFILES_FILE", "FASTRTPS_DEFAULT_PROFILES_FILE")
START_S = 60.0
SETTLED_S = 1.0


@contextmanager
def started(executable: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A node's process, as `ros2 run` starts it, as soon as it has sockets."""
    code = f"from ballbot_fusion.nodes.executables import {executable} as run; run()"
    process = subprocess.Popen([sys.executable, "-c", code], env=env, stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + START_S
        while not addresses(process.pid):
            assert process.poll() is None, "the node ended"
            assert time.monotonic() < end, "no socket"
            time.sleep(0.1)
        time.sleep(SETTLED_S)  # further sockets come with the first endpoints
        yield process
    finally:
        process.kill()
        process.wait()


def plain() -> dict[str, str]:
    """This environment, without what with-ros or a launch file chooses for Fast DDS."""
    return {key: value for key, value in os.environ.items() if key not in PROFILES}


def seen_by_ss(process: int) -> set[str]:
    """Local addresses of a process's sockets as `ss` lists them."""
    text = subprocess.run(["ss", "-H", "-tuanp"], capture_output=True, text=True).stdout
    lines = [line.split() for line in text.splitlines() if f"pid={process}," in line]
    return {words[4].rsplit(":", 1)[0].strip("[]").split("%")[0] for words in lines}


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize("executable", ["safety", "monitor"])
def test_a_node_alone_is_bound_to_this_machine(executable: str) -> None:
    with started(executable, plain()) as process:
        assert addresses(process.pid) == {"127.0.0.1"}
        if shutil.which("ss"):
            assert seen_by_ss(process.pid) <= {"127.0.0.1"}


@pytest.mark.usefixtures("ros_domain_id")
def test_the_test_sees_what_fast_dds_does_by_itself() -> None:
    """With the profile for a network, which whoever starts the node may choose, it listens."""
    lan = str(share() / "config" / "fastdds_udp_lan.xml")
    with started("safety", plain() | dict.fromkeys(PROFILES, lan)) as process:
        assert "0.0.0.0" in addresses(process.pid)


def test_the_local_profiles_have_no_other_address() -> None:
    for path in (share() / "config").glob("fastdds_*.xml"):
        text = path.read_text()
        assert "<useBuiltinTransports>false</useBuiltinTransports>" in text
        if not path.stem.endswith("_lan"):
            local = text.count("<address>127.0.0.1</address>")
            assert local == text.count("<address>") == 3
    assert Path(share() / "config" / "fastdds_udp.xml").is_file()
