from typing import Any

import pytest
from pydantic import ValidationError

from ballbot_fusion.core.robot import Rollers, Wheels


@pytest.mark.parametrize(
    ("wheels", "why"),
    [
        ({"joint_names": ("a", "b", "a")}, "must differ"),
        ({"azimuth_deg": (0.0, 355.0, 120.0)}, "10 degrees apart"),
        ({"rollers": Rollers(radius=0.03)}, "do not fit a wheel of 0.05 m"),
        ({"rollers": Rollers(count=6, radius=0.005)}, "leave gaps in the rim"),
        ({"mass": 0.1}, "weigh as much as the whole wheel"),
    ],
)
def test_wheels_that_cannot_be_are_refused(wheels: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Wheels(**wheels)
