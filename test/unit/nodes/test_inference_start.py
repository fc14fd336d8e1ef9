"""What inference knows when it begins to work, the first time or again."""

from types import SimpleNamespace
from typing import Any

from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.samples import CommandSample, Source
from ballbot_fusion.nodes.inference_node import InferenceNode
from ballbot_fusion.nodes.inference_settings import InferenceSettings
from ballbot_fusion.nodes.sensor_intakes import SensorIntakes


class Ear:
    """A topic on which something was said that nobody has read yet."""

    received = 1

    def __init__(self, *said: Any) -> None:
        self.said = list(said)

    def take(self) -> list[Any]:
        taken, self.said = self.said, []
        return taken


def test_a_velocity_commanded_while_it_was_not_active_is_not_driven() -> None:
    """It arrives when it is read: ten minutes old, it would pass for new."""
    command = CommandSample(Source.COMMAND, 1, 1, (0.5, 0.0, 0.0))
    intakes: Any = SensorIntakes.__new__(SensorIntakes)
    intakes.by_source = {Source.IMU: Ear(), Source.COMMAND: Ear(command)}
    intakes._lenses, intakes._spans = {}, {}
    node: Any = InferenceNode.__new__(InferenceNode)
    node.__dict__ |= {
        "settings": InferenceSettings(), "intakes": intakes, "_robot": RobotConfig(),
        "_runtime": SimpleNamespace(reset=lambda: None), "_transforms": None, "_lockstep": None,
        "_description": SimpleNamespace(publish=lambda _: None),
        "trace": SimpleNamespace(begin_anew=lambda _: None),
    }  # fmt: skip
    node.start()
    assert intakes.take((Source.IMU, Source.COMMAND)) == []
