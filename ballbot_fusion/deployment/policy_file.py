"""What a policy file says about itself: the contract that is stored in the ONNX metadata.

Every key of ``PolicyMetadata`` is one JSON string in ``metadata_props``. ``joint_names``,
``observation_names`` and ``action_scale`` are named as in mjlab's exporter.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from ballbot_fusion.core.depth import INVALID
from ballbot_fusion.core.robot import Positive, RobotConfig
from ballbot_fusion.core.settings import Settings, explain
from ballbot_fusion.core.spec import MODALITIES, Modality, ObservationSpec

FORMAT = 1
"""Version of this contract."""
Triple = tuple[float, float, float]


class PolicyFileError(ValueError):
    """A policy file cannot be used. The text says what, found, expected, what to do."""


class ModalityEntry(Settings):
    """One modality as the policy was trained on it; see core.spec.Modality."""

    key: str
    shape: tuple[int, ...]
    unit: str
    frame: str
    low: float
    high: float
    scale: float
    stale_ns: int | None

    @classmethod
    def of(cls, entry: Modality) -> "ModalityEntry":
        """Write down a modality of this version."""
        return cls(**vars(entry))


class DepthEntry(Settings):
    """How depth was brought into [0, 1]."""

    max_range_m: tuple[float, float]
    invalid: float = INVALID


class PolicyMetadata(Settings):
    """Everything that a runtime must know to use a policy as it was trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = FORMAT
    name: str
    architecture: str
    observation_names: tuple[str, ...]
    """Keys in the order of the mask."""
    modalities: tuple[ModalityEntry, ...]
    depth: DepthEntry
    joint_names: tuple[str, str, str]
    """In the order of the action."""
    action_scale: Triple
    """N m per unit of action."""
    control_rate_hz: Positive
    history: int = 1
    """Frames per camera; 1 = the newest."""
    state_size: int = 0
    """Numbers of recurrent state; 0 = none."""
    statistics: dict[str, dict[str, list[float]]] = Field(default_factory=dict)
    """Mean, std, min, max of each modality in training."""
    provenance: dict[str, Any] = Field(default_factory=dict)
    """Command, git revision, seeds, versions, figures."""

    @property
    def spec(self) -> ObservationSpec:
        """The observation spec that the policy needs; raises PolicyFileError on unknown keys."""
        unknown = [key for key in self.observation_names if key not in MODALITIES]
        if unknown:
            raise PolicyFileError(
                f"observation_names: found {unknown}, which this version does not know; it knows "
                f"{list(MODALITIES)}. Use a version that does, or export the policy again."
            )
        return ObservationSpec.of(self.observation_names)

    def to_properties(self) -> dict[str, str]:
        """One JSON string per key, for ``metadata_props``."""
        return {key: json.dumps(value) for key, value in self.model_dump(mode="json").items()}

    @classmethod
    def from_properties(cls, properties: Mapping[str, str], source: str) -> "PolicyMetadata":
        """Read what ``to_properties`` wrote; raises PolicyFileError naming what is wrong."""
        if "format" not in properties:
            raise PolicyFileError(
                f"{source} carries no contract (found keys {sorted(properties)}, expected 'format', "
                "'observation_names', ...). Export it with `ballbot export`."
            )
        try:
            values = {key: json.loads(text) for key, text in properties.items()}
            return cls.model_validate(values)
        except json.JSONDecodeError as error:
            raise PolicyFileError(
                f"{source}: the metadata is not JSON ({error}). Export the policy again."
            ) from None
        except ValidationError as error:
            raise PolicyFileError(explain(error, source)) from None


def check_spec(metadata: PolicyMetadata, source: str) -> None:
    """Refuse a policy whose modalities differ from this version's, naming the key and field."""
    spec = metadata.spec
    listed = tuple(entry.key for entry in metadata.modalities)
    if listed != metadata.observation_names:
        raise PolicyFileError(
            f"{source}: modalities lists {listed}, observation_names {metadata.observation_names}; "
            "they must agree. Export it again."
        )
    for entry, found in zip(spec, metadata.modalities, strict=True):
        for field, value in vars(entry).items():
            if field in ("unit", "frame", "key"):
                continue
            if getattr(found, field) != value:
                raise PolicyFileError(
                    f"{source}: modality {entry.key!r} was trained with {field} = "
                    f"{getattr(found, field)}, this version has {value}. Train it again."
                )


def check_robot(metadata: PolicyMetadata, robot: RobotConfig, source: str) -> None:
    """Refuse a policy of another robot, naming what differs."""
    if metadata.joint_names != robot.joint_names:
        raise PolicyFileError(
            f"{source}: joint_names are {metadata.joint_names}, the robot file has "
            f"{robot.joint_names}. Use this robot's policy, or correct wheels.joint_names."
        )
    largest = robot.wheels.max_torque
    if any(abs(scale - largest) > 1e-6 for scale in metadata.action_scale):
        raise PolicyFileError(
            f"{source}: action_scale is {metadata.action_scale} N m, the robot file has max_torque "
            f"{largest}. Train for this robot, or correct wheels.max_torque."
        )
    ranges = tuple(camera.max_range for camera in robot.cameras)
    if ranges != metadata.depth.max_range_m:
        raise PolicyFileError(
            f"{source}: depth was trained with max_range {metadata.depth.max_range_m} m, the robot "
            f"file has {ranges}. Correct cameras.max_range, or train again."
        )
