"""The drive beside the simulated hardware ends, whatever happens to who says so."""

from types import SimpleNamespace

import pytest

from ballbot_fusion.operation.measures.hardware import _drive

UPRIGHT = {"mujoco_bridge": {"fell": "False", "upright_s": "3.0", "speed": "0.3"}}


class Said:
    """Diagnostics that say the same for ever, as those of a bridge that is gone."""

    values = UPRIGHT

    def __init__(self, most: int) -> None:
        self.left = most

    def await_(self, *_: object) -> bool:
        self.left -= 1
        assert self.left, "it waits for ever"
        return False


def test_drivers_that_end_end_the_measure() -> None:
    ends = iter([None, None, 1])
    drivers = SimpleNamespace(process=SimpleNamespace(poll=lambda: next(ends)), text="no memory")
    with pytest.raises(RuntimeError, match="no memory"):
        _drive(Said(100), SimpleNamespace(velocity=None), 600.0, (drivers,))


def test_a_fall_ends_it_after_a_leg() -> None:
    said = Said(100)
    said.values = {"mujoco_bridge": {**UPRIGHT["mujoco_bridge"], "fell": "True"}}
    alive = SimpleNamespace(process=SimpleNamespace(poll=lambda: None), text="")
    assert _drive(said, SimpleNamespace(velocity=None), 600.0, (alive,)) == pytest.approx([0.0])
