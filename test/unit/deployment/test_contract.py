"""Every way in which a file can be the wrong one: refused at load, in words."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from support.policies import ROBOT, exported, metadata_for

from ballbot_fusion.core.cameras import with_cameras_for
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import SEED_KEYS, ObservationSpec
from ballbot_fusion.deployment.contract import check_weights
from ballbot_fusion.deployment.library import policy_path
from ballbot_fusion.deployment.policy_file import PolicyFileError, PolicyMetadata
from ballbot_fusion.deployment.runtime import PolicyRuntime

Change = Callable[[onnx.ModelProto], None]


def saved(folder: Path, model: onnx.ModelProto) -> Path:
    path = folder / "policy.onnx"
    path.write_bytes(model.SerializeToString())
    return path


def assert_refused(path: Path, *words: str, robot: RobotConfig | None = None) -> None:
    with pytest.raises(PolicyFileError) as caught:
        PolicyRuntime.load(path, robot)
    for word in (str(path), *words):
        assert word in str(caught.value), caught.value


def test_a_whole_file_for_this_robot_is_taken(tmp_path: Path) -> None:
    runtime = PolicyRuntime.load(saved(tmp_path, exported(SEED_KEYS)), ROBOT)
    assert runtime.spec == ObservationSpec.of(SEED_KEYS)


def test_a_missing_file(tmp_path: Path) -> None:
    assert_refused(tmp_path / "none.onnx", "No such file", "models/")


def test_a_folder(tmp_path: Path) -> None:
    assert_refused(tmp_path, "Is a directory")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_truncated_file(tmp_path: Path, share: float) -> None:
    path = saved(tmp_path, exported(SEED_KEYS))
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert_refused(path, "not a whole ONNX file", "bytes", "Copy or export it again")


@pytest.mark.parametrize("content", [b"ISO-10303 not a policy", b"PK\x03\x04", bytes(100)])
def test_another_kind_of_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "policy.onnx"
    path.write_bytes(content)
    assert_refused(path, "not a whole ONNX file")


def test_an_onnx_file_without_metadata(tmp_path: Path) -> None:
    model = exported(SEED_KEYS)
    del model.metadata_props[:]
    assert_refused(saved(tmp_path, model), "carries no contract", "ballbot export")


def test_another_format_version(tmp_path: Path) -> None:
    model = exported(SEED_KEYS)
    helper.set_model_props(model, metadata_for(SEED_KEYS).to_properties() | {"format": "7"})
    assert_refused(saved(tmp_path, model), "format is 7", "reads 1")


def _entries(key: str, **changes: Any) -> tuple[Any, ...]:
    return tuple(
        entry.model_copy(update=changes) if entry.key == key else entry
        for entry in metadata_for(SEED_KEYS).modalities
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"observation_names": ("lidar", *SEED_KEYS[1:])}, ["['lidar']", "does not know", "vel"]),
        ({"observation_names": ("vel",) * 7}, ["observation_names", "distinct"]),
        ({"observation_names": ()}, ["observation_names", "distinct"]),
        ({"observation_names": SEED_KEYS[::-1]}, ["modalities lists", "observation_names"]),
        ({"modalities": _entries("vel", high=5.0)}, ["'vel'", "high = 5.0", "has 2.0", "Train"]),
        ({"modalities": _entries("motor_state", scale=1.0)}, ["'motor_state'", "scale", "10.0"]),
        ({"modalities": _entries("vel", unit="km/h")}, ["'vel'", "unit = 'km/h'", "'m/s'"]),
        ({"modalities": _entries("rgbd_1", frame="base_link")}, ["'rgbd_1'", "frame"]),
        ({"modalities": _entries("rgbd_0", stale_ns=None)}, ["stale_ns = None", "100000000"]),
        ({"modalities": _entries("rgbd_0", shape=(1, 32, 32))}, ["shape = (1, 32, 32)"]),
        ({"depth": {"max_range_m": (2.0, 2.0), "invalid": -1.0}}, ["depth.invalid is -1.0", "0.0"]),
        ({"history": 4}, ["history is 4", "supports 1"]),
        ({"state_size": 32}, ["input 'state' is missing", "(1, 32)"]),
        ({"state_size": -1}, ["state_size is -1", "0 or more"]),
        ({"state_every": 0}, ["state_every is 0", "1 or more"]),
    ],
)
def test_a_contract_that_this_version_does_not_keep(
    tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    model = exported(SEED_KEYS)
    helper.set_model_props(model, metadata_for(SEED_KEYS, **changes).to_properties())
    assert_refused(saved(tmp_path, model), *words)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"joint_names": ("a", "b", "c")}, ["joint_names are ('a', 'b', 'c')", "wheel_0_joint"]),
        (
            {"joint_names": ROBOT.joint_names[::-1]},
            ["('wheel_2_joint', 'wheel_1_joint'", "correct wheels.joint_names"],
        ),
        ({"action_scale": (3.5, 3.5, 2.0)}, ["action_scale is (3.5, 3.5, 2.0)", "max_torque 3.5"]),
        ({"depth": {"max_range_m": (2.0, 4.0)}}, ["max_range (2.0, 4.0) m", "(2.0, 2.0)"]),
    ],
)
def test_a_policy_of_another_robot(
    tmp_path: Path, changes: dict[str, Any], words: list[str]
) -> None:
    model = exported(SEED_KEYS)
    helper.set_model_props(model, metadata_for(SEED_KEYS, **changes).to_properties())
    path = saved(tmp_path, model)
    PolicyRuntime.load(path)  # no robot, no question
    assert_refused(path, *words, robot=ROBOT)


RGB_KEYS = ("vel", "rgb_0", "rgb_1")
COLORED = with_cameras_for(ObservationSpec.of(RGB_KEYS), ROBOT)


def test_colour_and_depth_policies_need_cameras_of_their_kind(tmp_path: Path) -> None:
    path = saved(tmp_path, exported(RGB_KEYS))
    assert PolicyRuntime.load(path, COLORED).spec.keys == RGB_KEYS
    words = ("'rgb_0' needs a camera of kind 'color'", "'depth'", "cameras[0].kind", "'rgbd_0'")
    assert_refused(path, *words, robot=ROBOT)
    words = ("'rgbd_0' needs a camera of kind 'depth'", "'color'", "cameras[0].kind", "'rgb_0'")
    assert_refused(saved(tmp_path, exported(SEED_KEYS)), *words, robot=COLORED)


def test_the_range_of_a_colour_camera_says_nothing_of_a_colour_policy(tmp_path: Path) -> None:
    first, second = (c.model_copy(update={"max_range": 3.0}) for c in COLORED.cameras)
    farther = COLORED.model_copy(update={"cameras": (first, second)})
    PolicyRuntime.load(saved(tmp_path, exported(RGB_KEYS)), farther)


@pytest.mark.parametrize("name", ["default", "concat", "seed55"])
def test_policies_from_before_there_was_colour_are_taken(name: str) -> None:
    runtime = PolicyRuntime.load(policy_path(name), ROBOT)
    assert [entry.shape for entry in runtime.spec.images] == [(1, 64, 64)] * 2


def _reshape(name: str, *shape: int) -> Change:
    def change(model: onnx.ModelProto) -> None:
        value = next(v for v in model.graph.input if v.name == name)
        value.CopyFrom(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))

    return change


def _retype(model: onnx.ModelProto) -> None:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE


def _swap_inputs(model: onnx.ModelProto) -> None:
    swapped = [model.graph.input[i] for i in (1, 0)] + list(model.graph.input)[2:]
    copies = [onnx.ValueInfoProto.FromString(value.SerializeToString()) for value in swapped]
    del model.graph.input[:]
    model.graph.input.extend(copies)


def _drop_features(model: onnx.ModelProto) -> None:
    del model.graph.output[1]


def _drop_split(model: onnx.ModelProto) -> None:
    del model.graph.value_info[:]


def _extra_input(model: onnx.ModelProto) -> None:
    model.graph.input.append(helper.make_tensor_value_info("state", TensorProto.FLOAT, (1, 32)))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_reshape("vel", 1, 4), ["'vel' is (1, 4)", "says (1, 3)"]),
        (_reshape("rgbd_0", 1, 1, 32, 32), ["'rgbd_0' is (1, 1, 32, 32)", "(1, 1, 64, 64)"]),
        (_reshape("mask", 1, 9), ["'mask' is (1, 9)", "says (1, 7)"]),
        (_retype, ["'orientation' is double", "(1, 3)"]),
        (_swap_inputs, ["inputs come as ['angular_vel', 'orientation'", "mask", "wrong"]),
        (_extra_input, ["'state' is (1, 32)", "no such input"]),
        (_drop_features, ["no ['features']", "KEY_features"]),
        (_drop_split, ["['rgbd_0_features', 'rgbd_1_features']"]),
    ],
)
def test_a_graph_that_is_not_that_of_its_contract(
    tmp_path: Path, change: Change, words: list[str]
) -> None:
    model = exported(SEED_KEYS)
    change(model)
    assert_refused(saved(tmp_path, model), *words, "Export it again")


def _set_weight(model: onnx.ModelProto, name: str, value: float) -> None:
    tensor = next(t for t in model.graph.initializer if t.name.endswith(name))
    values = numpy_helper.to_array(tensor).copy()
    values.flat[0] = value
    tensor.CopyFrom(numpy_helper.from_array(values, tensor.name))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    # The last two are what the exporter made of embeddings and spreads, each in one row.
    "name",
    ["rgbd_1.bottleneck.0.bias", "head.action.4.weight", "cat_4", "cat_2"],
)
def test_damaged_weights(tmp_path: Path, name: str, value: float) -> None:
    """Even one that a tanh would hide: an infinite bias gives a feature of exactly 1."""
    model = exported(SEED_KEYS)
    _set_weight(model, name, value)
    assert_refused(saved(tmp_path, model), "1 of ", name, "not finite")


def test_a_constant_infinity_of_the_graph_is_no_damage() -> None:
    model = exported(SEED_KEYS)
    model.graph.initializer.append(numpy_helper.from_array(np.array(-np.inf, np.float32), "hide"))
    check_weights(model, "file")


def _policy(action: Any, *, op: str = "Identity") -> onnx.ModelProto:
    """A graph with one modality that answers with a constant."""
    constant = numpy_helper.from_array(np.array(action, np.float32), "constant")

    def value(name: str, *shape: int) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        [helper.make_node(op, ["constant"], ["action"]),
         helper.make_node("Concat", ["vel", "mask"], ["features"], axis=1)],
        "policy",
        [value("vel", 1, 3), value("mask", 1, 1)],
        [value("action", *np.shape(action)), value("features", 1, 4)],
        [constant],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(model, metadata_for(("vel",)).to_properties())
    return model


def test_a_policy_need_not_come_from_torch(tmp_path: Path) -> None:
    runtime = PolicyRuntime.load(saved(tmp_path, _policy([[0.5, -1.0, 1.0]])), ROBOT)
    output = runtime.act({"vel": np.zeros(3, np.float32)}, np.ones(1, np.float32))
    assert output.action.tolist() == [0.5, -1.0, 1.0]


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (_policy([[0.1, 0.2]]), ["(1, 2)", "expected (1, 3)"]),
        (_policy([[2.0, 0.0, 0.0]]), ["[2.0, 0.0, 0.0]", "[-1, 1]", "tanh"]),
        (_policy([[0.0, -1.0, 0.5]], op="Log"), ["nan", "finite"]),
        (_policy([[0.0, 0.0, 0.5]], op="NoSuchOp"), ["not a whole ONNX file"]),
    ],
)
def test_an_answer_that_is_no_action(
    tmp_path: Path, model: onnx.ModelProto, words: list[str]
) -> None:
    assert_refused(saved(tmp_path, model), *words)


def test_a_head_that_looks_past_the_encoders(tmp_path: Path) -> None:
    """The runtime could not cache frames then; it says so at load instead of in flight."""
    model = exported(SEED_KEYS)
    node = next(n for n in model.graph.node if "rgbd_0_features" in n.input)
    node.input[list(node.input).index("rgbd_0_features")] = model.graph.node[0].output[0]
    assert_refused(saved(tmp_path, model), "onnxruntime refuses the graph", "Export it again")


def test_metadata_without_a_mistake_is_what_the_tests_start_from() -> None:
    assert isinstance(metadata_for(SEED_KEYS), PolicyMetadata)


def _weights_elsewhere(model: onnx.ModelProto) -> None:
    tensor = next(t for t in model.graph.initializer if t.raw_data)
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../../etc/passwd"


def _constant_elsewhere(model: onnx.ModelProto) -> None:
    tensor = TensorProto(name="hidden", data_type=TensorProto.FLOAT, dims=[1])
    tensor.external_data.add(key="location", value="weights.bin")
    model.graph.node.append(helper.make_node("Constant", [], ["unused"], value=tensor))


def _operator_of_a_library(model: onnx.ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    model.graph.node.append(
        helper.make_node("Run", ["mask"], ["unused"], domain="com.example", command="id")
    )


def _function_of_its_own(model: onnx.ModelProto) -> None:
    body = [helper.make_node("Identity", ["x"], ["y"])]
    opset = [helper.make_opsetid("", 18)]
    model.functions.append(helper.make_function("", "Hidden", ["x"], ["y"], body, opset))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_weights_elsewhere, "lie in another file"),
        (_constant_elsewhere, "lie in another file"),
        (_operator_of_a_library, "com.example"),
        (_function_of_its_own, "function of its own"),
    ],
)
def test_what_reaches_beyond_the_file(tmp_path: Path, change: Change, said: str) -> None:
    (tmp_path / "weights.bin").write_bytes(bytes(1 << 20))
    model = exported(SEED_KEYS)
    change(model)
    assert_refused(saved(tmp_path, model), said, "ballbot export")
