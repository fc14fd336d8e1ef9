import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from support.policies import metadata_for

from ballbot_fusion.core.spec import DEPLOYED_KEYS, MODALITIES, SEED_KEYS
from ballbot_fusion.deployment.policy_file import (
    DepthEntry,
    ModalityEntry,
    PolicyFileError,
    PolicyMetadata,
)

finite = st.floats(allow_nan=False, allow_infinity=False)
positive = st.floats(min_value=0.0, exclude_min=True, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | finite | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
entries = st.builds(
    ModalityEntry,
    key=st.text(),
    shape=st.lists(st.integers(), max_size=4).map(tuple),
    unit=st.text(),
    frame=st.text(),
    low=finite,
    high=finite,
    scale=finite,
    stale_ns=st.none() | st.integers(),
)
contracts = st.builds(
    PolicyMetadata,
    name=st.text(),
    architecture=st.text(),
    observation_names=st.lists(st.sampled_from(list(MODALITIES)), unique=True).map(tuple),
    modalities=st.lists(entries, max_size=3).map(tuple),
    depth=st.builds(DepthEntry, max_range_m=st.tuples(finite, finite), invalid=finite),
    joint_names=st.tuples(st.text(), st.text(), st.text()),
    action_scale=st.tuples(finite, finite, finite),
    control_rate_hz=positive,
    history=st.integers(),
    state_size=st.integers(),
    state_every=st.integers(),
    statistics=st.dictionaries(
        st.text(), st.dictionaries(st.text(), st.lists(finite, max_size=3), max_size=3), max_size=3
    ),
    provenance=st.dictionaries(st.text(), plain, max_size=3),
)


@given(contracts)
def test_what_is_written_is_read(metadata: PolicyMetadata) -> None:
    properties = metadata.to_properties()
    assert all(isinstance(text, str) for text in properties.values())
    assert PolicyMetadata.from_properties(properties, "file") == metadata


def test_every_key_is_json_and_mjlab_s_names_are_kept() -> None:
    properties = metadata_for(SEED_KEYS).to_properties()
    assert json.loads(properties["joint_names"]) == [f"wheel_{i}_joint" for i in range(3)]
    assert json.loads(properties["observation_names"]) == list(SEED_KEYS)
    assert json.loads(properties["action_scale"]) == [3.5, 3.5, 3.5]


def test_the_contract_of_every_modality_is_that_of_this_version() -> None:
    for entry in metadata_for(DEPLOYED_KEYS).modalities:
        assert entry.model_dump() == vars(MODALITIES[entry.key])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": None}, ["carries no contract", "found keys", "ballbot export"]),
        ({"format": "2"}, ["format is 2", "reads 1"]),
        ({"format": "2", "depth": "{}"}, ["format is 2"]),  # first things first
        ({"joint_names": "wheel_0,wheel_1"}, ["joint_names is not JSON", "'wheel_0,wheel_1'"]),
        ({"joint_names": '["a", "b"]'}, ["joint_names", "found"]),
        ({"action_scale": "[3.5, NaN, 3.5]"}, ["action_scale.1", "finite", "nan"]),
        ({"control_rate_hz": "0"}, ["control_rate_hz", "greater than 0", "found 0"]),
        ({"depth": None}, ["depth", "required"]),
        ({"licence": '"mine"'}, ["licence", "not permitted"]),
    ],
)
def test_wrong_metadata_is_named(changes: dict[str, str | None], words: list[str]) -> None:
    properties = metadata_for(SEED_KEYS).to_properties() | changes
    given = {key: text for key, text in properties.items() if text is not None}
    with pytest.raises(PolicyFileError) as caught:
        PolicyMetadata.from_properties(given, "models/x.onnx")  # type: ignore[arg-type]
    for word in ["models/x.onnx", "xport", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("field", ["control_rate_hz", "action_scale"])
def test_numbers_that_are_none_cannot_be_written(field: str, value: float) -> None:
    wrong: Any = (value, 1.0, 1.0) if field == "action_scale" else value
    with pytest.raises(ValidationError, match="finite number"):
        metadata_for(SEED_KEYS, **{field: wrong})
