"""From recipes to the bytes that travel."""

from collections.abc import Iterator
from typing import Any

from rclpy.serialization import serialize_message

from ballbot_fusion.fuzzing.fields import put
from ballbot_fusion.fuzzing.good import Robot
from ballbot_fusion.fuzzing.recipes import Recipe

APART_NS = 100_000
"""From the stamp of a message to that of the next one of its burst."""


def cooked(good: Robot, recipe: Recipe, kind: Any, stamp_ns: int) -> Iterator[tuple[bytes, bool]]:
    """Make the messages of a recipe, and whether each is damaged; damaged copies follow whole ones.

    Args:
        good: makes what is spoilt.
        recipe: what is spoilt.
        kind: class of the topic's messages.
        stamp_ns: time of ROS that good messages would carry.
    """
    for number in range(recipe.burst):
        message = good.message(recipe.topic, kind, stamp_ns + number * APART_NS)
        for path, value in recipe.fields.items():
            put(message, path, value)
        data = bytes(serialize_message(message))
        yield data, False
        if recipe.damage is not None:
            yield recipe.damage.of(data), True
