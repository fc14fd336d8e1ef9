"""All that is done to a live graph, by the row of core/reactions that promises."""

from ballbot_fusion.operation.campaign import (
    upset_commands,
    upset_network,
    upset_policy,
    upset_processes,
    upset_resources,
    upset_stops,
)
from ballbot_fusion.operation.campaign.upset import Upset

_COMPUTER = {
    **upset_processes.UPSETS,
    **upset_resources.UPSETS,
    **upset_commands.UPSETS,
    **upset_network.UPSETS,
}
UPSETS: dict[str, Upset] = {
    **_COMPUTER,
    **upset_policy.UPSETS,
    **upset_stops.upsets(_COMPUTER),
}
"""Upset by name."""
