"""What a runtime demands of a policy file before it moves a motor with it.

Each check raises PolicyFileError with what it found, what it expected and what to do; ``source`` is
the file's name in it.
"""

import numpy as np
import onnx

from ballbot_fusion.core.cameras import unlike
from ballbot_fusion.core.depth import INVALID
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import IMAGES, MODALITIES, ObservationSpec
from ballbot_fusion.deployment.graph import MASK, STATE, feature_name, outputs_of
from ballbot_fusion.deployment.policy_file import PolicyFileError, PolicyMetadata

TORQUE_TOLERANCE = 1e-6
"""N m."""


def check_spec(metadata: PolicyMetadata, source: str) -> None:
    """Refuse a policy whose modalities differ from this version's, naming the key and field."""
    names, listed = metadata.observation_names, tuple(e.key for e in metadata.modalities)
    unknown = [key for key in names if key not in MODALITIES]
    if unknown:
        raise PolicyFileError(
            f"{source}: observation_names has {unknown}, which this version does not know; it "
            f"knows {list(MODALITIES)}. Use a version that does, or train with these."
        )
    if not names or len(set(names)) < len(names):
        raise PolicyFileError(
            f"{source}: observation_names is {list(names)}, expected distinct modalities. "
            "Export it again."
        )
    if listed != names:
        raise PolicyFileError(
            f"{source}: modalities lists {list(listed)}, observation_names {list(names)}; expected "
            "the same. Export it again."
        )
    for found in metadata.modalities:
        for field, expected in vars(MODALITIES[found.key]).items():
            if getattr(found, field) != expected:
                raise PolicyFileError(
                    f"{source}: modality {found.key!r} was trained with {field} = "
                    f"{getattr(found, field)!r}, this version has {expected!r}. Train it again "
                    "with this version, or use the version that it was made with."
                )


def check_abilities(metadata: PolicyMetadata, source: str) -> None:
    """Refuse what this version's runtime would not do as the policy was trained."""
    wanted = (
        ("depth.invalid", metadata.depth.invalid, INVALID),
        ("history", metadata.history, metadata.spec.frames),
    )
    for field, found, expected in wanted:
        if found != expected:
            raise PolicyFileError(
                f"{source}: {field} is {found}, this version supports {expected} only. Use the "
                "version that the policy was made with, or train another one."
            )


def check_memory(metadata: PolicyMetadata, source: str) -> None:
    """Refuse a recurrent state that cannot be carried."""
    for field, found, least in (
        ("state_size", metadata.state_size, 0),
        ("state_every", metadata.state_every, 1),
    ):
        if found < least:
            raise PolicyFileError(
                f"{source}: {field} is {found}, expected {least} or more. Export it again."
            )


def check_robot(metadata: PolicyMetadata, robot: RobotConfig, source: str) -> None:
    """Refuse a policy of another robot, naming what differs."""
    if metadata.joint_names != robot.joint_names:
        raise PolicyFileError(
            f"{source}: joint_names are {metadata.joint_names}, the robot file has "
            f"{robot.joint_names}. Use this robot's policy, or correct wheels.joint_names."
        )
    largest = robot.wheels.max_torque
    if any(abs(scale - largest) > TORQUE_TOLERANCE for scale in metadata.action_scale):
        raise PolicyFileError(
            f"{source}: action_scale is {metadata.action_scale} N m, the robot file has max_torque "
            f"{largest}. Train for this robot, or correct wheels.max_torque."
        )
    if wrong := unlike(metadata.spec, robot):
        raise PolicyFileError(f"{source}: {wrong}")
    ranges = tuple(camera.max_range for camera in robot.cameras)
    sees_depth = any(IMAGES[entry.key][1] == "depth" for entry in metadata.spec.images)
    if sees_depth and ranges != metadata.depth.max_range_m:
        raise PolicyFileError(
            f"{source}: depth was trained with max_range {metadata.depth.max_range_m} m, the robot "
            f"file has {ranges}. Correct cameras.max_range, or train again."
        )


def check_graph(
    model: onnx.ModelProto, spec: ObservationSpec, source: str, state_size: int = 0
) -> None:
    """Refuse a graph whose inputs, outputs or split points are not those of the contract."""
    expected = {entry.key: (1, *entry.shape) for entry in spec} | {MASK: (1, len(spec))}
    if state_size:
        expected[STATE] = (1, state_size)
    found = {value.name: _shape(value) for value in model.graph.input}
    for name in [*expected, *found]:
        if found.get(name) != expected.get(name):
            raise PolicyFileError(
                f"{source}: input {name!r} is {found.get(name, 'missing')}, the contract says "
                f"{expected.get(name, 'no such input')}. Export it again."
            )
    if list(found) != list(expected):
        raise PolicyFileError(
            f"{source}: the inputs come as {list(found)}, the contract lists {list(expected)}: the "
            "mask would hide the wrong modalities. Export it again."
        )
    outputs = {value.name for value in model.graph.output}
    named = outputs | {value.name for value in model.graph.value_info}
    wanted = outputs_of(state_size)
    missing = [name for name in wanted if name not in outputs]
    missing += [name for e in spec.images if (name := feature_name(e.key)) not in named]
    if missing:
        raise PolicyFileError(
            f"{source}: the graph has no {missing} (its outputs are {sorted(outputs)}), expected "
            f"outputs {list(wanted)} and a tensor KEY_features per camera. Export it again."
        )


def _shape(value: onnx.ValueInfoProto) -> tuple[int, ...] | str:
    """Shape of a float32 tensor, or the name of another type."""
    tensor = value.type.tensor_type
    if tensor.elem_type != onnx.TensorProto.FLOAT:
        return onnx.TensorProto.DataType.Name(tensor.elem_type).lower()
    return tuple(axis.dim_value for axis in tensor.shape.dim)


def check_weights(model: onnx.ModelProto, source: str) -> None:
    """Refuse NaN and infinite weights: a tanh behind one would hide it from the outputs."""
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        # A single infinity is a constant of the graph, for hiding attention scores.
        wrong = np.isnan(values) if values.size == 1 else ~np.isfinite(values)
        if wrong.any():
            raise PolicyFileError(
                f"{source}: {int(wrong.sum())} of {values.size} values of {tensor.name!r} are not "
                "finite, expected finite weights. Train again, or export an earlier checkpoint."
            )
