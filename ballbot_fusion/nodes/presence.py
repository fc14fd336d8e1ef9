"""One robot per domain and namespace: who is there already, without asking DDS.

Every node, and every launch, holds an abstract Unix socket named after itself, which the kernel
frees with its process, however that ends. Like 127.0.0.1, such names belong to one network
namespace: nodes that could hear each other there see each other's names.
"""

import os
import socket

Held = socket.socket


def domain() -> int:
    """ROS_DOMAIN_ID of this process; raises ValueError when it is no number from 0 to 232."""
    text = os.environ.get("ROS_DOMAIN_ID", "") or "0"
    if not text.isdigit() or int(text) > 232:
        raise ValueError(f"ROS_DOMAIN_ID is {text!r}, expected a whole number from 0 to 232.")
    return int(text)


def hold(name: str) -> Held | None:
    """Take ``name`` on this domain until the result is closed; None when somebody else has it."""
    held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        held.bind(f"\0ballbot_fusion/{domain()}/{name.strip('/')}")
    except OSError:
        held.close()
        return None
    return held


def is_taken(name: str) -> bool:
    """Whether somebody holds ``name`` on this domain."""
    held = hold(name)
    if held is None:
        return True
    held.close()
    return False
