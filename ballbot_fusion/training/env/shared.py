"""What worker processes and their parent exchange in every step: arrays in shared memory."""

from ctypes import c_byte
from dataclasses import dataclass
from multiprocessing.context import BaseContext
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import Observation, ObservationSpec
from ballbot_fusion.training.env.spaces import MASK


@dataclass
class Batch:
    """Arrays with one row per environment; ``observation`` by key, ``mask`` among them.

    Views of ``memory``, which may be sent to a process when it is started.
    """

    spec: ObservationSpec
    count: int
    memory: Any
    """Shared bytes."""

    def __post_init__(self) -> None:
        """Lay the arrays out, one behind the other."""
        self._used = 0
        self.actions: NDArray[np.float32] = self._view((3,), np.float32)
        self.rewards: NDArray[np.float64] = self._view((), np.float64)
        self.terminated: NDArray[np.bool_] = self._view((), np.bool_)
        self.truncated: NDArray[np.bool_] = self._view((), np.bool_)
        self.observation = {e.key: self._view(e.shape, np.float32) for e in self.spec}
        self.observation[MASK] = self._view((len(self.spec),), np.float32)

    @classmethod
    def new(cls, spec: ObservationSpec, count: int, context: BaseContext) -> "Batch":
        """Make room for ``count`` environments."""
        numbers = 3 + 1 + 2 + sum(entry.size for entry in spec) + len(spec)
        arrays = 5 + len(spec)
        return cls(spec, count, context.RawArray(c_byte, 8 * (numbers * count + arrays)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as the memory alone."""
        return Batch, (self.spec, self.count, self.memory)

    def _view(self, shape: tuple[int, ...], kind: type) -> NDArray[Any]:
        """Return the next (count, *shape) of the memory, aligned to 8 bytes."""
        whole = (self.count, *shape)
        size = int(np.prod(whole))
        array: NDArray[Any] = np.frombuffer(self.memory, kind, size, self._used).reshape(whole)
        self._used += -(-array.nbytes // 8) * 8
        return array

    def show(self, row: int, observation: Observation) -> None:
        """Write one environment's observation."""
        for key, value in observation.items():
            self.observation[key][row] = value

    def copied(self) -> Observation:
        """Return a copy of all observations."""
        return {key: values.copy() for key, values in self.observation.items()}
