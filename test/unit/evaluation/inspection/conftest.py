"""A short drive with faults, recorded, and what is found in it."""

from pathlib import Path
from typing import Any

import pytest
from support.recorded_run import default_scenario, record

from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.evaluation.inspection.examine import examine
from ballbot_fusion.evaluation.replay_policies import model_of, policies_of
from ballbot_fusion.recording.bag_reader import open_bag
from ballbot_fusion.simulation.faults.order import orders_of

MODELS = policy_path("default").parent
SECONDS = 1.5
FROZEN_S, LATE_MS = 0.5, 20.0


@pytest.fixture(scope="session")
def inspected_bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Camera 0 freezes, encoders come late."""
    faults = (f"camera_0 frozen after {FROZEN_S}", f"encoders late size {LATE_MS} after 1")
    plan = tuple(order.fault for order in orders_of(faults))
    scenario = default_scenario(faults=plan, velocity=(0.4, 0.0, 0.0))
    return record(tmp_path_factory.mktemp("bags") / "drive", scenario, SECONDS)


@pytest.fixture(scope="session")
def found(inspected_bag: Path) -> dict[str, Any]:
    bag = open_bag(inspected_bag)
    return examine(bag, policies_of(bag, MODELS), lambda r: model_of(bag, MODELS, None, r))[0]
