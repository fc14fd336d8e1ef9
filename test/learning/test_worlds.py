"""Teacher in every world, default policy in some: upright, untouched, and getting on."""

from typing import Any

import pytest
from support.errand_run import errand_run

from ballbot_fusion.evaluation.parallel import run_all
from ballbot_fusion.evaluation.scenario import TEACHER, Scenario, chosen
from ballbot_fusion.simulation.terrain import TERRAINS
from ballbot_fusion.simulation.terrain.seeds import HELD_OUT_SEEDS

SECONDS = 15.0
GETS_ON_M = 3.0
"""The first hazard lies within this of the start, straight on the way."""
SEED = HELD_OUT_SEEDS.start + 900
RUNS = (
    *((TEACHER, terrain) for terrain in TERRAINS),
    *(("default", terrain) for terrain in ("rough", "edges", "walls")),
)


@pytest.fixture(scope="module")
def ends() -> dict[tuple[str, str], dict[str, Any]]:
    """What became of every run, by driver and terrain."""
    scenarios = [Scenario(chosen(policy), terrain, SEED, SECONDS) for policy, terrain in RUNS]
    return dict(zip(RUNS, run_all(errand_run, scenarios, workers=2), strict=True))


@pytest.mark.parametrize(("policy", "terrain"), RUNS)
def test_who_sees_drives_well_in_each_world(
    policy: str, terrain: str, ends: dict[tuple[str, str], dict[str, Any]]
) -> None:
    end = ends[policy, terrain]
    assert not end["fell"]
    assert not end["touched"]
    assert end["policy_share"] == 1.0
    assert end["arrived"] or end["nearer"] > GETS_ON_M
