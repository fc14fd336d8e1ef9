from pathlib import Path

import pytest
from support.contrary import contrary_policy


@pytest.fixture(scope="session")
def contrary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A policy file that fits the robot and falls."""
    return contrary_policy(tmp_path_factory.mktemp("policy"))
