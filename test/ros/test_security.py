"""config/security/policy.xml allows what the nodes declare and no more; the wheels' middleware."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from golden.make_security_policy import FILE, text
from support.declared import OPERATOR, Access, access_of, configured

from ballbot_fusion.core.resources import transports

ARTIFACTS = (
    "identity_ca.cert.pem", "cert.pem", "key.pem", "permissions_ca.cert.pem", "governance.p7s",
    "permissions.p7s",
)  # fmt: skip


@pytest.fixture(scope="module")
def declared(module_ros_domain_id: int) -> Iterator[dict[str, Access]]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in transports("fastdds_udp.xml").items():
            patch.setenv(name, value)
        with configured() as nodes:
            yield {node.get_name(): access_of(node) for node in nodes}


def allowed() -> dict[str, Access]:
    """Access by the last part of each enclave's path."""
    found = {}
    for enclave in ElementTree.parse(FILE).getroot().iter("enclave"):
        access: Access = {"publish": set(), "subscribe": set(), "reply": set(), "request": set()}
        for group in (*enclave.iter("topics"), *enclave.iter("services")):
            ((role, word),) = group.attrib.items()
            assert word == "ALLOW"
            access[role] |= {entry.text or "" for entry in group}
        found[enclave.attrib["path"].rpartition("/")[2]] = access
    return found


def test_nodes_may_do_what_they_do_and_no_more(declared: dict[str, Access]) -> None:
    policy = allowed()
    for name, access in declared.items():
        assert policy[name] == access, "run test/golden/make_security_policy.py"
    assert FILE.read_text() == text(declared), "run test/golden/make_security_policy.py"


def test_safety_alone_reaches_the_motors() -> None:
    for topic in ("/motor_commands", "/motor_array"):
        assert {n for n, access in allowed().items() if topic in access["publish"]} == {"safety"}


def test_nobody_but_the_operator_asks_for_anything() -> None:
    may = {name for name, access in allowed().items() if access["request"]}
    assert may == {"operator"}
    assert allowed()["operator"]["request"] == OPERATOR["request"]


def test_everything_that_is_asked_for_is_offered_and_no_name_is_a_pattern() -> None:
    policy = allowed()
    offered = set().union(*(access["reply"] for access in policy.values()))
    assert policy["operator"]["request"] <= offered
    names = set().union(*(set().union(*access.values()) for access in policy.values()))
    assert all(name.startswith("/") and "*" not in name and "?" not in name for name in names)
    assert not any("lockstep" in name for name in names)


@pytest.mark.usefixtures("ros_domain_id")
@pytest.mark.parametrize("with_files", [False, True])
def test_with_security_demanded_no_node_runs_without(with_files: bool, tmp_path: Path) -> None:
    """The keys are none: whatever the middleware can do, it must not go on unprotected."""
    enclave = tmp_path / "enclaves" / "ballbot" / "safety"
    if with_files:
        enclave.mkdir(parents=True)
        for name in ARTIFACTS:
            (enclave / name).write_text("no key")
    env = {
        **os.environ, "ROS_SECURITY_ENABLE": "true", "ROS_SECURITY_STRATEGY": "Enforce",
        "ROS_SECURITY_KEYSTORE": str(tmp_path),
    }  # fmt: skip
    code = "from ballbot_fusion.nodes.executables import safety; safety()"
    command = [sys.executable, "-c", code, "--ros-args", "-e", "/ballbot/safety"]
    result = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert result.returncode not in (0, -9)
    assert "ecurity" in result.stdout + result.stderr or "SECURITY" in result.stderr
