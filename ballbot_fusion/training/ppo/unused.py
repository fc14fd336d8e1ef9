"""What a settings file would say in vain: PPO has a reward, and the robot of the robot file."""

from collections.abc import Iterator, Mapping
from typing import Any

from ballbot_fusion.core.settings import SettingsError
from ballbot_fusion.training.settings import TrainSettings

UNUSED = (
    "teacher", "randomisation", "stills", "dagger", "fit", "pretraining",
    "rollout.randomised_share", "rollout.action_noise", "rollout.keep_every",
)  # fmt: skip
"""Settings that only DAgger heeds."""


def refuse_unused(settings: TrainSettings, said: Mapping[str, Any], source: str) -> None:
    """Refuse what would be ignored.

    Args:
        settings: with ``algorithm: ppo``.
        said: what its file says itself; what that extends was written for another algorithm.
        source: the file.

    Raises:
        SettingsError: some of ``said`` has no effect, and is not the default.
    """
    default = TrainSettings(name=settings.name)
    ignored = [
        name
        for name in _names(said)
        if f"{name}.".startswith(tuple(f"{unused}." for unused in UNUSED))
        and _value(settings, name) != _value(default, name)
    ]
    if ignored:
        raise SettingsError(
            f"{source}: {', '.join(ignored)} would have no effect, for `algorithm: ppo` learns "
            "from a reward, without a teacher's labels, on the robot of the robot file. Leave "
            "that out, or train by `algorithm: dagger`."
        )


def _names(said: Mapping[str, Any], before: str = "") -> Iterator[str]:
    """Yield every key of the lowest maps, with those that lead to it."""
    for key, value in said.items():
        if isinstance(value, Mapping) and value:
            yield from _names(value, f"{before}{key}.")
        else:
            yield f"{before}{key}"


def _value(settings: TrainSettings, name: str) -> Any:
    """Return a setting; None where what it belongs to is None."""
    found: Any = settings
    for key in name.split("."):
        found = getattr(found, key, None)
    return found
