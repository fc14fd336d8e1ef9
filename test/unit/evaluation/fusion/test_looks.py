import numpy as np
import pytest
import torch
from support.policies import SHORT_KEYS, exported, policy_with_random_parts
from support.recorded import SPEC, recorded

from ballbot_fusion.deployment.open_graph import OpenGraph
from ballbot_fusion.evaluation.fusion.looks import ALWAYS, Looks, key_labels, looks

VECTORS = ["orientation", "vel"]
ALL_ONE = [ALWAYS, *SHORT_KEYS]


def inputs(row: int, mask: list[float]) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    observation = recorded().observation(row, SPEC)
    return {k: torch.from_numpy(v)[None] for k, v in observation.items()}, torch.tensor([mask])


def in_torch(name: str, row: int, mask: list[float]) -> np.ndarray:
    """(heads, queries, keys) as the policy's own layers say."""
    policy = policy_with_random_parts(SHORT_KEYS, name=name)
    batch, shown_by_mask = inputs(row, mask)
    with torch.no_grad():
        features = policy.encode({e.key: batch[e.key] for e in SPEC.images})
        if name == "attention":
            return policy.looks(batch, features, shown_by_mask)[0][:, None].numpy()
        shown, _ = policy.prepare(batch, features, shown_by_mask)
        found = policy.numbers(shown) | {e.key: shown[e.key] for e in SPEC.images}
        width = policy.sequence.always.shape[-1]
        tokens = [found[e.key].unflatten(1, (-1, width)) for e in SPEC]
        joined, ignored = policy.sequence(tokens, shown_by_mask)
        _, weights = policy.attention.layers[0].self_attn(
            joined, joined, joined, key_padding_mask=ignored, average_attn_weights=False
        )
        return weights[0].numpy()


@pytest.mark.parametrize("name", ["attention", "transformer"])
@pytest.mark.parametrize("hidden", [None, "rgbd_0"])
def test_what_is_read_from_the_file_is_what_torch_weighs(name: str, hidden: str | None) -> None:
    mask = [0.0 if key == hidden else 1.0 for key in SHORT_KEYS]
    graph = OpenGraph(exported(SHORT_KEYS, name), SPEC)
    found = graph.ask(recorded().observation(2, SPEC), np.array(mask, np.float32)).softmaxes[-1]
    expected = in_torch(name, 2, mask)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() < 1e-5


def test_labels_say_which_modality_a_token_is_of() -> None:
    cells = ["rgbd_0"] * 16 + ["rgbd_1"] * 16
    assert key_labels("attention", SPEC, 33) == [ALWAYS, *cells]
    assert key_labels("transformer", SPEC, 7) == ALL_ONE
    vit = key_labels("vit", SPEC, 1 + 4 + 32)
    assert vit == [ALWAYS, *VECTORS, *cells, "slope", "command"]


@pytest.mark.parametrize(
    ("architecture", "keys"), [("concat", 7), ("attention", 32), ("transformer", 8), ("vit", 5)]
)
def test_what_is_not_understood_has_no_labels(architecture: str, keys: int) -> None:
    assert key_labels(architecture, SPEC, keys) is None


def test_shares_add_up_and_maps_are_of_the_examples() -> None:
    graph = OpenGraph(exported(SHORT_KEYS, "attention"), SPEC)
    rows, shown = looks(graph, "attention", SPEC, recorded(), [1, 7])
    assert [row.case for row in rows] == [ALWAYS, "rgbd_0", "rgbd_1"]
    assert sum(row.value for row in rows) == pytest.approx(1.0, abs=1e-5)
    assert shown is not None
    assert shown["queries"] == ["query"]
    assert np.array(shown["matrix"]).sum() == pytest.approx(1.0, abs=1e-3)
    assert [example["row"] for example in shown["examples"]] == [1, 7]
    assert np.array(shown["examples"][0]["cells"]["rgbd_1"]).shape == (4, 4)


def test_who_looks_at_whom_has_a_line_for_each_modality() -> None:
    graph = OpenGraph(exported(SHORT_KEYS, "transformer"), SPEC)
    _, shown = looks(graph, "transformer", SPEC, recorded(), [0])
    assert shown is not None
    assert shown["queries"] == shown["keys"] == ALL_ONE
    assert np.allclose(np.sum(shown["matrix"], axis=1), 1.0, atol=1e-3)
    assert shown["examples"] == [], "one token per camera shows no cells"


def test_cells_of_modalities_are_summed_as_keys_and_averaged_as_queries() -> None:
    found = Looks("vit", SPEC)
    labels = key_labels("vit", SPEC, 37)
    assert labels is not None
    found.add([np.full((2, 37, 37), 1.0 / 37.0, np.float32)])
    matrix = np.array(found.pictured([0])["matrix"])  # type: ignore[index]
    assert matrix.shape == (7, 7)
    assert np.allclose(matrix, np.array([1, 1, 1, 16, 16, 1, 1]) / 37.0, atol=1e-4)


def test_a_policy_without_attention_has_none() -> None:
    graph = OpenGraph(exported(SHORT_KEYS, "concat"), SPEC)
    assert looks(graph, "concat", SPEC, recorded(), [0]) == ([], None)
