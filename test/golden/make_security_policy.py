"""Writes config/security/policy.xml from what the nodes declare.

./with-ros env PYTHONPATH=.:test python test/golden/make_security_policy.py
"""

from collections.abc import Mapping
from pathlib import Path

from support.declared import DRIVERS, OPERATOR, Access, access_of, configured

FILE = Path(__file__).parents[2] / "config" / "security" / "policy.xml"
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- Who may do what in the graph, for `ros2 security create_permission` (sros2): one enclave per
     process, every name in full, nothing by pattern. safety alone may command motors.
     Written by test/golden/make_security_policy.py from what the nodes declare; a test compares.
     See docs/security.md. -->
"""


def _group(kind: str, role: str, names: set[str]) -> str:
    lines = "".join(f"            <{kind}>{name}</{kind}>\n" for name in sorted(names))
    return f'          <{kind}s {role}="ALLOW">\n{lines}          </{kind}s>\n'


def enclave(name: str, node: str, access: Access) -> str:
    """One enclave with the profile of one node."""
    kinds = {"publish": "topic", "subscribe": "topic", "reply": "service", "request": "service"}
    groups = "".join(
        _group(kind, role, access[role]) for role, kind in kinds.items() if access.get(role)
    )
    return (
        f'    <enclave path="/ballbot/{name}">\n      <profiles>\n'
        f'        <profile ns="/" node="{node}">\n{groups}        </profile>\n'
        "      </profiles>\n    </enclave>\n"
    )


def text(nodes: Mapping[str, Access]) -> str:
    """The whole file."""
    common = {"publish": {"/parameter_events", "/rosout"}}
    entries = [enclave(name, name, access) for name, access in nodes.items()]
    for name, access in (("drivers", DRIVERS), ("operator", OPERATOR)):
        merged = {**access, "publish": access["publish"] | common["publish"]}
        entries.append(enclave(name, name, merged))
    body = "".join(entries)
    return f'{HEAD}<policy version="0.2.0">\n  <enclaves>\n{body}  </enclaves>\n</policy>\n'


if __name__ == "__main__":
    with configured() as made:
        FILE.write_text(text({node.get_name(): access_of(node) for node in made}))
