"""Looking at running processes from outside: what they hold."""

from pathlib import Path

NODES = ("mujoco_bridge", "camera_bridge", "inference", "safety", "monitor")
"""Executables of sim.launch.py."""


def addresses(process: int) -> set[str]:
    """Local IPv4 addresses that a process has bound UDP and TCP sockets to."""
    inodes = set()
    for entry in Path(f"/proc/{process}/fd").iterdir():
        try:
            target = entry.readlink().name
        except OSError:
            continue  # closed meanwhile
        if target.startswith("socket:["):
            inodes.add(target[len("socket:[") : -1])
    found = set()
    for table in ("udp", "tcp"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            words = line.split()
            if words[9] in inodes:
                number = bytes.fromhex(words[1].split(":")[0])
                found.add(".".join(str(byte) for byte in reversed(number)))
    return found


def shared_memory(process: int) -> set[str]:
    """Segments of the middleware's shared memory that a process maps."""
    lines = Path(f"/proc/{process}/maps").read_text().splitlines()
    names = {line.split("/dev/shm/", 1)[1] for line in lines if "/dev/shm/" in line}
    return {name for name in names if name.startswith(("fastdds", "fastrtps"))}
