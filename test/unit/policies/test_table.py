import pytest
from support.policies import keys_of

from ballbot_fusion.core.spec import BALANCE_KEYS, SEED_KEYS, ObservationSpec
from ballbot_fusion.policies.policy import FusionPolicy
from ballbot_fusion.policies.table import ARCHITECTURES, build


@pytest.mark.parametrize("name", ARCHITECTURES)
@pytest.mark.parametrize("keys", [BALANCE_KEYS, SEED_KEYS])
def test_every_architecture_builds_from_a_spec(name: str, keys: tuple[str, ...]) -> None:
    policy = build(name, ObservationSpec.of(keys_of(name, keys)), {})
    assert isinstance(policy, FusionPolicy)
    assert policy.spec.keys == keys_of(name, keys)


def test_an_unknown_architecture_is_named_with_the_options() -> None:
    with pytest.raises(ValueError, match=r"'concatt'.*choose one of.*concat"):
        build("concatt", ObservationSpec.of(BALANCE_KEYS), {})
