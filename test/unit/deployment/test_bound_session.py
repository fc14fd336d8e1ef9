from pathlib import Path

import numpy as np
import pytest

from ballbot_fusion.deployment.bound_session import BoundSession
from ballbot_fusion.deployment.graph import OUTPUTS, head_of
from ballbot_fusion.deployment.policy_file import PolicyMetadata
from ballbot_fusion.deployment.runtime import read_model, session_of

MODEL = Path(__file__).parents[3] / "models" / "default.onnx"


@pytest.fixture(scope="module")
def session():
    model, _ = read_model(MODEL)
    properties = {entry.key: entry.value for entry in model.metadata_props}
    return session_of(head_of(model, PolicyMetadata.from_properties(properties, "").spec))


def feeds(session, count):
    draw = np.random.default_rng(0)
    shapes = {
        i.name: [n if isinstance(n, int) else 1 for n in i.shape] for i in session.get_inputs()
    }
    return [
        {name: draw.uniform(-1.0, 1.0, shape).astype(np.float32) for name, shape in shapes.items()}
        for _ in range(count)
    ]


def test_it_answers_as_the_session_does(session):
    bound = BoundSession(session, OUTPUTS)
    for feed in feeds(session, 20):
        for found, right in zip(bound.run(feed), session.run(OUTPUTS, feed), strict=True):
            np.testing.assert_array_equal(found, right)


def test_an_answer_is_not_overwritten_by_the_next(session):
    bound = BoundSession(session, OUTPUTS)
    first, second = feeds(session, 2)
    kept = bound.run(first)
    before = [array.copy() for array in kept]
    bound.run(second)
    assert all(np.array_equal(a, b) for a, b in zip(kept, before, strict=True))


def test_what_does_not_fit_is_refused(session):
    bound = BoundSession(session, OUTPUTS)
    (feed,) = feeds(session, 1)
    with pytest.raises(ValueError, match="broadcast"):
        bound.run(feed | {"command": np.zeros((1, 4), np.float32)})
    with pytest.raises(KeyError, match="unknown"):
        bound.run(feed | {"unknown": np.zeros((1, 3), np.float32)})
