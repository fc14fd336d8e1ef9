"""Which faults the inference node of a simulation can have, and which are no faults of its."""

import pytest

from ballbot_fusion.core.settings import SettingsError, validate
from ballbot_fusion.nodes.failing_inference import FailingSettings


@pytest.mark.parametrize(
    ("lockstep", "faults", "why"),
    [
        (False, "policy nan; policy hung for 1", "send its process a signal"),
        (False, ("policy killed",), "send its process a signal"),
        (True, "policy late size 60", "a command is the answer to its tick"),
        (False, "camera_0 black", "it begins with 'camera_0', expected policy"),
    ],
)
def test_what_cannot_be_is_refused(lockstep: bool, faults: str | tuple[str, ...], why: str) -> None:
    with pytest.raises(SettingsError, match=why):
        validate(FailingSettings, {"lockstep": lockstep, "faults": faults}, "inference")


@pytest.mark.parametrize(
    ("lockstep", "faults"), [(True, "policy hung; policy killed"), (False, "policy late")]
)
def test_what_can_be_is_taken(lockstep: bool, faults: str) -> None:
    assert (
        validate(FailingSettings, {"lockstep": lockstep, "faults": faults}, "inference").faults
        == faults
    )
