"""Runs a policy file: cameras encoded once per frame, the head every tick, one thread, no torch."""

import hashlib
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from ballbot_fusion.core.familiarity import Familiarity
from ballbot_fusion.core.robot import RobotConfig
from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.deployment.bound_session import BoundSession
from ballbot_fusion.deployment.contract import (
    check_abilities,
    check_graph,
    check_memory,
    check_robot,
    check_spec,
    check_weights,
)
from ballbot_fusion.deployment.graph import (
    MASK,
    OUTPUTS,
    STATE,
    encoder_of,
    feature_name,
    head_of,
    outputs_of,
)
from ballbot_fusion.deployment.policy_file import PolicyFileError, PolicyMetadata
from ballbot_fusion.deployment.self_contained import check_self_contained

Array = NDArray[np.float32]
ENGINE = f"onnxruntime {onnxruntime.__version__}"
"""What runs policies: another build may round otherwise."""
WARM_UP_TICKS = 10
LARGEST_ACTION = 1.0 + 1e-6
"""One, and what rounding in a tanh may add."""


class PolicyOutput(NamedTuple):
    """What a policy says: action (3,) in [-1, 1], fused features (N,)."""

    action: Array
    features: Array


def session_of(model: onnx.ModelProto) -> onnxruntime.InferenceSession:
    """Run a model on one thread that sleeps when it has nothing to do."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


class PolicyRuntime:
    """A policy, ready to act. Build it with ``load``.

    What it answers depends on nothing but what it was given since ``reset``: the same observations,
    masks and fresh keys give the same bits, in any process. Of a recurrent policy it carries the
    state; ``memory`` and ``recall`` let another process go on with it.
    """

    def __init__(self, model: onnx.ModelProto, metadata: PolicyMetadata, sha256: str) -> None:
        """Split ``model``, whose contract was checked, and warm it up."""
        self.metadata, self.sha256 = metadata, sha256
        self.spec: ObservationSpec = metadata.spec
        self._encoders = {
            entry.key: session_of(encoder_of(model, entry.key)) for entry in self.spec.images
        }
        self._head = session_of(head_of(model, self.spec))
        self._decide = BoundSession(self._head, outputs_of(metadata.state_size))
        self._vectors = tuple(entry.key for entry in self.spec.vectors)
        self._features: dict[str, Array] = {}
        self._looked: dict[str, tuple[Array, Array]] = {}
        self._states: deque[Array] = deque(maxlen=metadata.state_every)
        self.reset()
        self._warm_up()

    @classmethod
    def load(cls, path: Path | str, robot: RobotConfig | None = None) -> "PolicyRuntime":
        """Read a policy file and check its contract, against ``robot`` too where it is given.

        Raises:
            PolicyFileError: the file is missing, broken, without contract, or does not fit.
        """
        path = Path(path)
        source = str(path)
        model, sha256 = read_model(path)
        metadata = _contract_of(model, source)
        check_spec(metadata, source)
        check_abilities(metadata, source)
        if robot is not None:
            check_robot(metadata, robot, source)
        check_memory(metadata, source)
        check_graph(model, metadata.spec, source, metadata.state_size)
        check_weights(model, source)
        try:
            return cls(model, metadata, sha256)
        except PolicyFileError as error:
            raise PolicyFileError(f"{source}: {error}") from None
        except Exception as error:  # onnx and onnxruntime raise many kinds
            raise PolicyFileError(
                f"{source}: onnxruntime refuses the graph ({type(error).__name__}: {error}). "
                "Export it again."
            ) from error

    @classmethod
    def of_model(cls, content: bytes) -> "PolicyRuntime":
        """Run a serialised model that was exported in this program: its contract is not checked."""
        model = onnx.load_model_from_string(content)
        metadata = _contract_of(model, "an exported model")
        return cls(model, metadata, hashlib.sha256(content).hexdigest())

    @property
    def fused_size(self) -> int:
        """Number of fused features N."""
        size: int = self._head.get_outputs()[OUTPUTS.index("features")].shape[1]
        return size

    @property
    def feature_sizes(self) -> dict[str, int]:
        """Numbers that each modality brings to the fusion: its size, or what its encoder makes."""
        encoded = {key: net.get_outputs()[0].shape[1] for key, net in self._encoders.items()}
        return {entry.key: encoded.get(entry.key, entry.size) for entry in self.spec}

    def reset(self) -> None:
        """Forget all frames, and begin to remember."""
        self._features.clear()
        self._looked.clear()
        size, every = self.metadata.state_size, self.metadata.state_every
        if size:
            self._states.extend(np.zeros((every, 1, size), np.float32))

    @property
    def memory(self) -> tuple[float, ...]:
        """All that a recurrent policy remembers, the oldest state first; empty for any other."""
        return tuple(value for state in self._states for value in state[0].tolist())

    def recall(self, memory: Sequence[float]) -> None:
        """Go on with what ``memory`` was elsewhere.

        Raises:
            ValueError: it is that of another policy.
        """
        size, every = self.metadata.state_size, self.metadata.state_every
        if len(memory) != size * (every if size else 0):
            raise ValueError(
                f"The memory has {len(memory)} numbers, {self.metadata.name} remembers "
                f"{len(self.memory)}. Use the policy that it was written by."
            )
        if size:
            self._states.extend(np.array(memory, np.float32).reshape(every, 1, size))

    def answer(self, result: Tick, mask: Array | None = None) -> PolicyOutput:
        """Act on a tick; where its clock began anew, what was remembered is of another time.

        ``mask`` is shown to the policy instead of the tick's own.
        """
        if result.restarted:
            self.reset()
        shown = result.mask if mask is None else mask
        return self.act(result.observation, shown, result.fresh)

    def torques(self, action: Array, result: Tick) -> tuple[tuple[float, ...], str]:
        """Return wheel torques [N m] for an action; none, and why, in a state it does not know."""
        unfamiliar = self._familiarity.defect(result.observation, result.mask)
        if unfamiliar:
            return (), unfamiliar
        scaled = zip(action.tolist(), self.metadata.action_scale, strict=True)
        return tuple(share * torque for share, torque in scaled), ""

    @cached_property
    def _familiarity(self) -> Familiarity:
        return Familiarity(self.spec, self.metadata.statistics)

    def act(
        self, observation: Observation, mask: Array, fresh: Collection[str] | None = None
    ) -> PolicyOutput:
        """Return the action for one observation.

        Args:
            observation: arrays of the spec's shapes, float32.
            mask: (modalities,) float32, 1 where the modality may be used.
            fresh: keys of the images that changed since the last call; None: all. An image of which
                none was seen yet is always encoded.
        """
        for key in self._encoders:
            if fresh is None or key in fresh or key not in self._features:
                self._features[key] = self._encoded(key, observation[key])
        feed = {key: observation[key] for key in self._vectors}
        feed.update({feature_name(key): value for key, value in self._features.items()})
        feed[MASK] = mask
        if self._states:
            feed[STATE] = self._states[0]
        action, features, *states = self._decide.run(feed)
        self._states.extend(states)
        return PolicyOutput(action[0], features[0])

    def look(self, images: Mapping[str, Array]) -> None:
        """Encode images by key before the tick that shows them; ``act`` on these arrays need not.

        They must not change until then.
        """
        self._looked = {
            key: (image, self._run_encoder(key, image))
            for key, image in images.items()
            if key in self._encoders
        }

    def _encoded(self, key: str, image: Array) -> Array:
        seen, features = self._looked.pop(key, (None, image))
        return features if seen is image else self._run_encoder(key, image)

    def _run_encoder(self, key: str, image: Array) -> Array:
        features: Array = self._encoders[key].run(None, {key: image[None]})[0]
        return features

    def _warm_up(self) -> None:
        """Run often enough that nothing is allocated later; refuse what cannot be an action."""
        for mask in (np.zeros(len(self.spec), np.float32), np.ones(len(self.spec), np.float32)):
            for _ in range(WARM_UP_TICKS):
                action, features = self.act(self.spec.zeros(), mask)
            if action.shape != (3,) or features.ndim != 1:
                raise PolicyFileError(
                    f"outputs 'action' and 'features' are {(1, *action.shape)} and "
                    f"{(1, *features.shape)}, expected (1, 3) and (1, N). Export it again."
                )
            if not (np.isfinite(action).all() and np.isfinite(features).all()):
                raise PolicyFileError(
                    f"the action for an empty observation is {action.tolist()}, its features have "
                    f"{int((~np.isfinite(features)).sum())} values that are not finite, expected "
                    "none. Train or export again."
                )
            if np.abs(action).max() > LARGEST_ACTION:
                raise PolicyFileError(
                    f"the action for an empty observation is {action.tolist()}, expected values in "
                    "[-1, 1]. End the network with a tanh and export it again."
                )
        self.reset()


def _contract_of(model: onnx.ModelProto, source: str) -> PolicyMetadata:
    properties = {entry.key: entry.value for entry in model.metadata_props}
    return PolicyMetadata.from_properties(properties, source)


def read_model(path: Path) -> tuple[onnx.ModelProto, str]:
    """Read an ONNX file and its hash; raises PolicyFileError when it is missing or broken."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PolicyFileError(
            f"Cannot read the policy {path}: {error.strerror}. Give the name of a policy in "
            "models/ or the path of an .onnx file."
        ) from None
    try:
        model = onnx.load_model_from_string(content)
        # First: the checker would look for the files that a model names.
        check_self_contained(model, str(path))
        onnx.checker.check_model(model)
    except PolicyFileError:
        raise
    except Exception as error:  # protobuf and the checker raise many kinds
        raise PolicyFileError(
            f"{path} is not a whole ONNX file ({len(content)} bytes, {type(error).__name__}). "
            "Copy or export it again."
        ) from None
    return model, hashlib.sha256(content).hexdigest()
