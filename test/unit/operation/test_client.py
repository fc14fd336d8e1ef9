"""Who listens for the length of a block leaves nothing behind."""

import os

import pytest

from ballbot_fusion.core.resources import transports
from ballbot_fusion.operation.client import PROFILES, client


@pytest.fixture
def nothing_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for profile in PROFILES.values():
        for name in transports(profile):
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROS_DOMAIN_ID", "87")


@pytest.mark.usefixtures("nothing_chosen")
def test_what_is_started_afterwards_chooses_its_own_network() -> None:
    """A run of a campaign whose operator was on another host was not heard, after any other run."""
    before = dict(os.environ)
    with client("local"):
        assert transports(PROFILES["local"]).items() <= os.environ.items()
    assert dict(os.environ) == before


@pytest.mark.usefixtures("nothing_chosen")
def test_a_profile_of_the_operator_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    (name, own), *_ = transports(PROFILES["local"]).items()
    monkeypatch.setenv(name, own)
    before = dict(os.environ)
    with client("lan"):
        assert os.environ[name] == own
    assert dict(os.environ) == before
