"""The instructions that policies are taught: phrasings, and the command that each stands for."""

from collections.abc import Mapping
from functools import cache
from math import hypot
from pathlib import Path

from pydantic import Field, model_validator

from ballbot_fusion.core.rotation import Vector
from ballbot_fusion.core.settings import Settings, load
from ballbot_fusion.language.encoder import words

FILE = Path(__file__).with_name("instructions.yaml")
STOP = "stop"
TURN_M = 0.5
"""A yaw rate counts as much as the speed at this distance from the axis, m."""


class Intent(Settings):
    """One thing that the robot may be told to do."""

    command: Vector
    """vx, vy [m/s], yaw rate [rad/s] in the heading frame."""
    training: tuple[str, ...] = Field(min_length=1)
    """Phrasings that policies are trained with."""
    held_out: tuple[str, ...] = Field(min_length=1)
    """Paraphrases that they are judged by and never trained with."""


class Vocabulary(Settings):
    """All that the robot may be told."""

    fillers: tuple[str, ...] = ()
    """What may be said around an instruction, ``{}``, without meaning anything."""
    intents: dict[str, Intent]
    """By name."""

    def phrasings(self, intent: str) -> list[str]:
        """All that is said in training for an intent: bare, and with each filler."""
        known = self.intents[intent].training
        return [filler.format(text) for text in known for filler in ("{}", *self.fillers)]

    @model_validator(mode="after")
    def _unambiguous(self) -> "Vocabulary":
        said = [words(text) for i in self.intents.values() for text in (*i.training, *i.held_out)]
        twice = sorted({text for text in said if said.count(text) > 1})
        if twice or "" in said or STOP not in self.intents:
            raise ValueError(
                f"expected an intent {STOP!r} and phrasings that differ in their words; found "
                f"{list(self.intents)}, and more than once {twice}"
            )
        return self


@cache
def vocabulary(path: Path = FILE) -> Vocabulary:
    """Read what the robot may be told.

    Raises:
        SettingsError: the file does not say what it should.
    """
    return load(Vocabulary, path)


def nearest(intents: Mapping[str, Intent], command: Vector) -> str:
    """Name of the intent that comes closest to a ``command`` vx, vy [m/s], yaw rate [rad/s]."""

    def distance(name: str) -> float:
        vx, vy, turn = (a - b for a, b in zip(intents[name].command, command, strict=True))
        return hypot(vx, vy, TURN_M * turn)

    return min(intents, key=distance)
