"""Networks that lose packets, or part, in network namespaces of their own: needs root and nft."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from ballbot_fusion.operation.campaign.around import Around
from ballbot_fusion.operation.campaign.live import Live
from ballbot_fusion.operation.campaign.upset import Upset, done

LASTS_S, APART_S, HEARD_S = 5.0, 3.0, 20.0
HERE, THERE = "ballbot0", "ballbot1"
"""Ends of the cable between the robot's host and the operator's."""
TABLE = "ballbot_fusion"
LEFT = 0.1
"""Speed of a robot that nobody steers, at most, m/s."""


def lossy(percent: int) -> str:
    """Rules for nft: so much of all UDP that arrives is lost, at random."""
    return f"""
table inet {TABLE} {{
    chain lossy {{
        type filter hook input priority 0;
        meta l4proto udp numgen random mod 100 < {percent} counter drop
    }}
}}
"""


def _lose(percent: int, live: Live) -> None:
    live.upset(lambda: done(("nft", "-f", "-"), lossy(percent)))
    live.pass_time(LASTS_S)
    if "counter packets 0 " in done(("nft", "list", "table", "inet", TABLE)):
        raise RuntimeError("The network lost nothing.")
    done(("nft", "delete", "table", "inet", TABLE))


@contextmanager
def _operator_elsewhere(_: Path) -> Iterator[Around]:
    """Another host for the operator, at the end of a cable."""
    holder = ["unshare", "--net", "sh", "-c", "echo there; exec sleep infinity"]
    with subprocess.Popen(holder, stdout=subprocess.PIPE) as host:
        try:
            assert host.stdout is not None
            host.stdout.readline()
            there = ("nsenter", f"--net=/proc/{host.pid}/ns/net")
            cable = ("ip", "link", "add", HERE, "type", "veth", "peer", "name", THERE)
            done((*cable, "netns", str(host.pid)))
            for ends, name, address in (((), HERE, "10.55.0.1/24"), (there, THERE, "10.55.0.2/24")):
                done((*ends, "ip", "address", "add", address, "dev", name))
                _connect(name, ends)
            done((*there, "ip", "link", "set", "lo", "up"))
            yield Around(("network:=lan",), there, "lan")
        finally:
            host.kill()


def _connect(name: str, ends: Sequence[str] = ()) -> None:
    done((*ends, "ip", "link", "set", name, "up", "multicast", "on"))
    # Discovery is by multicast; a link that goes down takes its routes with it.
    done((*ends, "ip", "route", "replace", "224.0.0.0/4", "dev", name))


def _part(live: Live) -> None:
    """The operator must be heard before, not meanwhile, and again afterwards."""
    before = live.moves(HEARD_S)
    live.upset(lambda: done(("ip", "link", "set", HERE, "down")))
    live.pass_time(APART_S)
    left = float(live.said.values["mujoco_bridge"]["speed"])
    _connect(HERE)
    after = live.moves(HEARD_S)
    if not (before and after and left < LEFT):
        raise RuntimeError(
            f"Driven before: {before}, after: {after}, expected both; {left:g} m/s without a "
            f"network, expected less than {LEFT}."
        )


UPSETS = {
    **{
        f"network loses {percent} % of packets for 5 s": Upset(
            partial(_lose, percent), isolated=True
        )
        for percent in (1, 10, 30)
    },
    "operator's network cut for 3 s": Upset(_part, _operator_elsewhere, isolated=True),
}
"""By the name of the row in core/reactions/computer.py."""
