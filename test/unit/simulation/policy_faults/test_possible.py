import pytest

from ballbot_fusion.simulation.policy_faults.possible import objection, possible
from ballbot_fusion.simulation.policy_faults.way import POLICY_FAULTS


@pytest.mark.parametrize(("lockstep", "not_there"), [(True, {"late"}), (False, {"hung", "killed"})])
def test_what_a_live_policy_can_have(lockstep: bool, not_there: set[str]) -> None:
    assert set(POLICY_FAULTS) - set(possible(lockstep=lockstep)) == not_there
    assert all(objection(kind, lockstep=lockstep) for kind in not_there)
