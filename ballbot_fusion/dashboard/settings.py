"""Parameters of the dashboard."""

import re
from ipaddress import ip_address
from typing import Annotated

from pydantic import Field, model_validator

from ballbot_fusion.core.robot import Positive
from ballbot_fusion.nodes.lifecycle import NodeSettings

LEAST_TOKEN = 12
"""Characters: shorter ones are guessed."""
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{LEAST_TOKEN},}}")


def is_local(host: str) -> bool:
    """Whether ``host`` is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class DashboardSettings(NodeSettings):
    """Parameters of the dashboard."""

    robot: str = ""
    """Robot file; empty: the package's."""
    host: str = "127.0.0.1"
    """Address to listen on; any other than this machine's own needs a token."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8080
    token: str = ""
    """What a browser must know: http://HOST:PORT/?token=TOKEN."""
    picture_hz: Annotated[float, Field(gt=0.0, le=10.0)] = 5.0
    """How often images are converted while somebody looks, Hz."""
    page_hz: Annotated[float, Field(gt=0.0, le=20.0)] = 8.0
    """How often pages are told what is new, Hz."""
    forward: Positive = 0.4
    """Speed of a stick at its end, m/s; the limits of inference apply."""
    sideways: Positive = 0.2
    """The same to the side, m/s."""
    turning: Positive = 0.6
    """The same for turning, rad/s."""
    fault_kinds: tuple[str, ...] = ("",)
    """Faults that can be injected, each ``STREAM KIND``; the simulation's launch gives them."""
    expected: tuple[str, ...] = ("inference", "safety")
    """Nodes that must be there: missing ones are shown as dead."""
    e_stop_topic: str = ""
    """Topic that the page is the emergency stop button of; empty: it stops by service alone."""

    @model_validator(mode="after")
    def _open_only_with_token(self) -> "DashboardSettings":
        if not is_local(self.host) and not self.token:
            raise ValueError(
                f"host {self.host!r} opens the dashboard to the network: whoever reaches it could "
                "drive the robot. Give a token too (a parameter, at least "
                f"{LEAST_TOKEN} characters), or leave host at 127.0.0.1"
            )
        if self.token and not TOKEN.fullmatch(self.token):
            raise ValueError(
                f"token has {len(self.token)} characters, expected {LEAST_TOKEN} or more letters, "
                "digits, _ or -, such as `openssl rand -hex 16` gives"
            )
        return self
