"""Which kinds of camera a spec needs, and whether a robot has them."""

from collections.abc import Sequence

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import IMAGES, ObservationSpec


def unlike(spec: ObservationSpec, robot: RobotConfig) -> str:
    """Say which image of ``spec`` the cameras of ``robot`` cannot give; empty if there is none."""
    taken: dict[int, str] = {}
    for entry in spec.images:
        number, wanted = IMAGES[entry.key]
        other = taken.setdefault(number, entry.key)
        if other != entry.key and IMAGES[other][1] == wanted:
            return (
                f"modalities {other!r} and {entry.key!r} are both of cameras[{number}], of which "
                "one image is kept. Name one of them."
            )
        found = robot.cameras[number].kind
        if found != wanted:
            return (
                f"modality {entry.key!r} needs a camera of kind {wanted!r}, the robot file says "
                f"{found!r} of cameras[{number}].kind. Correct it if it is wrong; else use a "
                f"policy that sees {image_key(number, found)!r}, or train one."
            )
    return ""


def image_key(number: int, kind: str) -> str:
    """Return the modality that a camera of ``kind`` gives."""
    return next(key for key, made_of in IMAGES.items() if made_of == (number, kind))


def keys_for(keys: Sequence[str], robot: RobotConfig) -> tuple[str, ...]:
    """Return ``keys``, each image exchanged for the one that its camera of ``robot`` gives."""
    numbers = {key: IMAGES[key][0] for key in keys if key in IMAGES}
    return tuple(
        image_key(numbers[key], robot.cameras[numbers[key]].kind) if key in numbers else key
        for key in keys
    )


def with_cameras_for(spec: ObservationSpec, robot: RobotConfig) -> RobotConfig:
    """Return ``robot`` with cameras of the kinds that ``spec`` needs, for a simulation to build.

    Raises:
        ValueError: a spec that wants depth and colour of one camera.
    """
    kinds = {IMAGES[entry.key][0]: IMAGES[entry.key][1] for entry in spec.images}
    first, second = (
        camera.model_copy(update={"kind": kinds.get(number, camera.kind)})
        for number, camera in enumerate(robot.cameras)
    )
    changed = robot.model_copy(update={"cameras": (first, second)})
    if wrong := unlike(spec, changed):
        raise ValueError(wrong)
    return changed
