"""One robot per domain and namespace: who is there already, without asking DDS.

Every node, and every launch, holds an abstract Unix socket named after itself, which the kernel
frees with its process, however that ends. Like 127.0.0.1, such names belong to one network
namespace: nodes that could hear each other there see each other's names.
"""

import errno
import os
import socket
from hashlib import sha256

Held = socket.socket


def domain() -> int:
    """ROS_DOMAIN_ID of this process; raises ValueError when it is no number from 0 to 232."""
    text = os.environ.get("ROS_DOMAIN_ID", "") or "0"
    if not text.isdigit() or int(text) > 232:
        raise ValueError(f"ROS_DOMAIN_ID is {text!r}, expected a whole number from 0 to 232.")
    return int(text)


def _address(name: str) -> str:
    """Return the socket's name: a digest, for it has room for 107 bytes and a node's for 255."""
    return f"\0ballbot_fusion/{domain()}/{sha256(name.strip('/').encode()).hexdigest()}"


def hold(name: str) -> Held | None:
    """Take ``name`` on this domain until the result is closed; None when somebody else has it.

    Raises:
        OSError: nobody can tell, such as where such sockets are not permitted.
        ValueError: ROS_DOMAIN_ID is wrong.
    """
    try:
        held = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    except OSError as error:
        raise _unknown(name, error) from error
    try:
        held.bind(_address(name))
    except OSError as error:
        held.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise _unknown(name, error) from error
    return held


def _unknown(name: str, error: OSError) -> OSError:
    return OSError(
        f"Whether {name} runs already on this machine cannot be told: {error.strerror or error}, "
        "expected that a Unix socket can be made. Permit abstract sockets of AF_UNIX here."
    )
