"""What a policy file says about itself: the contract that is stored in the ONNX metadata.

Every key of ``PolicyMetadata`` is one JSON string in ``metadata_props``. ``joint_names``,
``observation_names`` and ``action_scale`` are named as in mjlab's exporter.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal

from pydantic import Field, ValidationError

from ballbot_fusion.core.depth import INVALID
from ballbot_fusion.core.robot import Positive, RobotConfig
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.core.spec import Modality, ObservationSpec

FORMAT: Final = 1
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
    """Depth of cameras 0 and 1 that reads 1, m."""
    invalid: float = INVALID
    """What a pixel without depth reads."""


class PolicyMetadata(Settings):
    """Everything that a runtime must know to use a policy as it was trained."""

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
    """Numbers of recurrent state; 0 = none. It begins with zeros."""
    state_every: int = 1
    """Ticks from a state to the one that follows it: a tick goes on from the state of so many ticks
    before. In between there are as many memories, which take turns."""
    statistics: dict[str, dict[str, list[float]]] = Field(default_factory=dict)
    """Mean, std, min, max of each modality in training."""
    provenance: dict[str, Any] = Field(default_factory=dict)
    """Command, git revision, seeds, versions, figures."""

    @classmethod
    def of(
        cls,
        name: str,
        architecture: str,
        spec: ObservationSpec,
        robot: RobotConfig,
        rate_hz: float,
        *,
        state_size: int = 0,
        state_every: int = 1,
    ) -> "PolicyMetadata":
        """Write the contract of a policy that drives ``robot``; statistics can be added later."""
        left, right = (camera.max_range for camera in robot.cameras)
        torque = robot.wheels.max_torque
        return cls(
            name=name,
            architecture=architecture,
            observation_names=spec.keys,
            modalities=tuple(ModalityEntry.of(entry) for entry in spec),
            depth=DepthEntry(max_range_m=(left, right)),
            joint_names=robot.joint_names,
            action_scale=(torque, torque, torque),
            control_rate_hz=rate_hz,
            history=spec.frames,
            state_size=state_size,
            state_every=state_every if state_size else 1,
        )

    @property
    def spec(self) -> ObservationSpec:
        """The observation spec that the policy needs.

        Raises:
            ValueError: a key that this version does not know; contract.check_spec says so first.
        """
        return ObservationSpec.of(self.observation_names)

    def to_properties(self) -> dict[str, str]:
        """One JSON string per key, for ``metadata_props``."""
        return {key: json.dumps(value) for key, value in self.model_dump(mode="json").items()}

    @classmethod
    def from_properties(cls, properties: Mapping[str, str], source: str) -> "PolicyMetadata":
        """Read what ``to_properties`` wrote; raises PolicyFileError naming what is wrong."""
        if "format" not in properties:
            raise PolicyFileError(
                f"{source} carries no contract: found keys {sorted(properties)}, expected "
                "'format', 'observation_names' and so on. Export it with `ballbot export`."
            )
        if properties["format"] != str(FORMAT):
            raise PolicyFileError(
                f"{source}: format is {properties['format']}, this version reads {FORMAT}. Export "
                "the policy with this version, or use the version that it was made with."
            )
        values = {key: _parsed(key, text, source) for key, text in properties.items()}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, part['loc']))}: {part['msg']}, found {part['input']!r}"
                for part in error.errors()
            )
            raise PolicyFileError(
                f"{source}: the contract is not valid: {wrong}. Export the policy again."
            ) from None


def _parsed(key: str, text: str, source: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise PolicyFileError(
            f"{source}: {key} is not JSON ({error}), found {text[:60]!r}. Export the policy again."
        ) from None
