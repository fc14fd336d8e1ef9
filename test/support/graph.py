"""Looking at running processes from outside: what they hold."""

import sys
from ipaddress import ip_address
from pathlib import Path

NODES = ("mujoco_bridge", "camera_bridge", "inference", "safety", "monitor")
"""Executables of sim.launch.py."""


def addresses(process: int) -> set[str]:
    """Local addresses that a process has bound UDP and TCP sockets to, IPv4 and IPv6."""
    inodes = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = entry.readlink().name
        except OSError:
            continue  # closed meanwhile
        if target.startswith("socket:["):
            inodes.add(target[len("socket:[") : -1])
    found = set()
    for table in ("udp", "tcp", "udp6", "tcp6", "raw", "raw6"):
        path = Path(f"/proc/{process}/net/{table}")
        for line in path.read_text().splitlines()[1:] if path.exists() else []:
            words = line.split()
            if words[9] in inodes:
                found.add(_address(words[1].split(":")[0]))
    return found


def _address(text: str) -> str:
    """Read an address as the kernel prints it: words of 32 bits, each in the machine's order."""
    data = bytes.fromhex(text)
    words = (data[i : i + 4] for i in range(0, len(data), 4))
    straight = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    return str(ip_address(straight))


def shared_memory(process: int) -> set[str]:
    """Segments of the middleware's shared memory that a process maps."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    names = {line.split("/dev/shm/", 1)[1] for line in lines if "/dev/shm/" in line}
    return {name for name in names if name.startswith(("fastdds", "fastrtps"))}
