"""The fusion architectures. A new one is a file here and a line in the table."""

from typing import Any

from ballbot_fusion.core.settings import validate
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.core.tables import load_entry
from ballbot_fusion.policies.policy import FusionPolicy

ARCHITECTURES = {
    "concat": "ballbot_fusion.policies.concat",
    "mlp_proprio": "ballbot_fusion.policies.mlp_proprio",
    "shared": "ballbot_fusion.policies.shared",
    "attention": "ballbot_fusion.policies.attention",
    "transformer": "ballbot_fusion.policies.transformer",
    "vit": "ballbot_fusion.policies.vit",
    "hierarchical": "ballbot_fusion.policies.hierarchical",
    "language": "ballbot_fusion.policies.language",
    "weighted": "ballbot_fusion.policies.weighted",
    "early": "ballbot_fusion.policies.early",
    "decision": "ballbot_fusion.policies.decision",
    "velocity_history": "ballbot_fusion.policies.velocity_history",
    "lstm": "ballbot_fusion.policies.lstm",
    "frame_stack": "ballbot_fusion.policies.frame_stack",
}
"""Module with ``Settings`` and ``Policy`` by name."""


def build(name: str, spec: ObservationSpec, settings: dict[str, Any]) -> FusionPolicy:
    """Build a policy with fresh weights.

    Raises:
        ValueError: no such architecture, or settings that it does not have.
    """
    module = load_entry(ARCHITECTURES, name, "architecture")
    policy: FusionPolicy = module.Policy(
        spec, validate(module.Settings, settings, f"policy ({name})")
    )
    return policy
