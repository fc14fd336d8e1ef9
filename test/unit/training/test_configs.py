"""Every training file that is shipped is valid and makes a policy."""

from pathlib import Path

import pytest

from ballbot_fusion.core.settings import load
from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.policies.table import build
from ballbot_fusion.training.settings import TrainSettings

FILES = sorted((Path(__file__).parents[3] / "config" / "train").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_it_is_valid_and_named_as_its_file(path: Path) -> None:
    settings = load(TrainSettings, path)
    assert settings.name == path.stem
    policy = build(settings.architecture, ObservationSpec.of(settings.keys), settings.policy)
    assert any(True for _ in policy.parameters())


def test_there_are_some() -> None:
    assert "concat" in {path.stem for path in FILES}
