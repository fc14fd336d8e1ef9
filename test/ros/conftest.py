from collections.abc import Iterator

import pytest

from ballbot_fusion.operation.launched import Launched


@pytest.fixture(scope="module")
def sim(module_ros_domain_id: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    """A simulation in real time, armed and upright, for all tests of one file."""
    log = tmp_path_factory.mktemp("sim") / "launch.log"
    with Launched("sim.launch.py", log=log) as launch:
        launch.says("ARMED: armed")
        yield launch
