"""What becomes of inference when another policy is asked for while one runs."""

from types import SimpleNamespace

import pytest
from std_srvs.srv import Trigger

from ballbot_fusion.nodes.inference_node import InferenceNode
from ballbot_fusion.nodes.inference_settings import InferenceSettings


def policy(rate_hz: float) -> SimpleNamespace:
    return SimpleNamespace(metadata=SimpleNamespace(control_rate_hz=rate_hz))


class Inference(InferenceNode):
    """Inference that runs a policy of 200 Hz, without its middleware."""

    def __init__(self, other: SimpleNamespace) -> None:
        self.settings = InferenceSettings(policy="/policies/other.onnx")
        self._runtime, self._other = policy(200.0), other
        self.contracts = 0

    def _load(self, settings: InferenceSettings) -> SimpleNamespace:
        return self._other

    def _take_policy(self, runtime: SimpleNamespace) -> None:
        self._runtime = runtime

    def _publish_contract(self) -> None:
        self.contracts += 1

    def asked(self) -> Trigger.Response:
        return self._on_load_policy(Trigger.Request(), Trigger.Response())


@pytest.mark.parametrize("rate_hz", [100.0, 199.0, 500.0])
def test_a_policy_of_another_rate_is_refused(rate_hz: float) -> None:
    """Safety was told the rate when it was started, and calls a policy silent by it."""
    node = Inference(policy(rate_hz))
    runs = node._runtime
    answer = node.asked()
    assert not answer.success
    assert f"is made for {rate_hz:g} Hz, expected 200 Hz" in answer.message
    assert "Launch again with policy:=/policies/other.onnx" in answer.message
    assert node._runtime is runs
    assert node.contracts == 0


def test_a_policy_of_the_same_rate_is_taken() -> None:
    other = policy(200.0)
    node = Inference(other)
    answer = node.asked()
    assert (answer.success, answer.message) == (True, "running /policies/other.onnx")
    assert node._runtime is other
    assert node.contracts == 1
