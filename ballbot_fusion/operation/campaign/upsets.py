"""All that is done to a live graph, by the row of core/reactions that promises."""

from ballbot_fusion.operation.campaign import (
    upset_commands,
    upset_network,
    upset_policy,
    upset_processes,
    upset_resources,
)
from ballbot_fusion.operation.campaign.upset import Upset

UPSETS: dict[str, Upset] = {
    **upset_processes.UPSETS,
    **upset_resources.UPSETS,
    **upset_commands.UPSETS,
    **upset_network.UPSETS,
    **upset_policy.UPSETS,
}
"""Upset by name."""
