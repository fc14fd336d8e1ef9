"""Several robots in one graph: each has a namespace of its own, and hears nobody else's nodes.

/diagnostics is everybody's; the names of the nodes in it tell whose they are. Free of ROS.
"""

import re
from pathlib import Path

from ballbot_fusion.nodes.start_up import LaunchRefusedError

ROOT = "/"
"""The namespace of nodes that were given none."""
PART = re.compile(r"(?!.*__)[A-Za-z_][A-Za-z0-9_]*")
"""What ROS 2 allows between two slashes."""
MOST_ROBOTS = 4
"""Robots of one launch: of up to seven processes each, and 32 at most find each other on 127.0.0.1
(maxInitialPeersRange in config/fastdds_udp.xml)."""


def namespaces(namespace: str, robots: str = "1") -> list[str]:
    """Absolute namespaces of the robots of a launch.

    Args:
        namespace: as given; empty or / is none.
        robots: how many. One is in ``namespace`` itself; several are in robot_1 ... below it.

    Raises:
        LaunchRefusedError: no such namespace can be, or no such number of robots.
    """
    parts = [part for part in namespace.split("/") if part]
    if "//" in namespace or not all(map(PART.fullmatch, parts)):
        raise LaunchRefusedError(
            f"namespace is {namespace!r}, expected names of letters, digits and single underscores "
            "that begin with no digit, such as robot_1 or fleet/robot_1."
        )
    if not robots.isdecimal() or not 1 <= int(robots) <= MOST_ROBOTS:
        raise LaunchRefusedError(
            f"robots is {robots!r}, expected a whole number from 1 to {MOST_ROBOTS}. More of them "
            "need launches on domains (ROS_DOMAIN_ID) or machines of their own."
        )
    one = ROOT + "/".join(parts)
    if int(robots) == 1:
        return [one]
    return [f"{one.rstrip('/')}/robot_{number}" for number in range(1, int(robots) + 1)]


def own_name(name: str, namespace: str) -> str | None:
    """Return the name of a node without its namespace; None when it is in another than this."""
    place, _, own = name.rpartition("/")
    return own if place.strip("/") == namespace.strip("/") else None


def own_file(file: str, namespace: str) -> str:
    """Return ``run_robot_1.json`` for ``run.json``; empty, or without a namespace, as it is."""
    words = [word for word in namespace.split("/") if word]
    path = Path(file)
    return str(path.with_name("_".join([path.stem, *words]) + path.suffix)) if file else ""
