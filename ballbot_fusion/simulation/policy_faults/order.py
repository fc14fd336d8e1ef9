"""A fault of the policy in words, as `ballbot fault policy` and the launch argument take it.

``policy nan size 0.1 after 2 for 3 seed 7``: as faults of streams (faults/order.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ballbot_fusion.simulation.faults import words
from ballbot_fusion.simulation.policy_faults.fault import Means, PolicyFault
from ballbot_fusion.simulation.policy_faults.way import POLICY_FAULTS, Way


@dataclass(frozen=True)
class PolicyOrder:
    """One fault that somebody asks for; its times count from the moment that it is switched on."""

    fault: PolicyFault
    seed: int | None = None
    """Of its random numbers; None: the simulation's."""

    @classmethod
    def of(cls, text: str) -> "PolicyOrder":
        """Read one.

        Raises:
            ValueError: it cannot be; the text says why, and what there is instead.
        """
        name, kind, rest = words.parts(text)
        if name != words.POLICY:
            raise words.refusal(text, f"it begins with {name!r}, expected {words.POLICY}")
        if kind not in POLICY_FAULTS:
            has = ", ".join(POLICY_FAULTS)
            raise words.refusal(text, f"the policy has no fault {kind!r}; it has {has}")
        given = words.given(text, rest)
        try:
            fault = PolicyFault(kind, *given.times, given.size)
            # Sizes are judged by their kind.
            Way.of(fault, Means(1.0, np.random.default_rng(0), lambda _: None))
        except ValueError as error:
            raise words.refusal(text, str(error).rstrip(".")) from None
        return cls(fault, given.seed)

    @property
    def text(self) -> str:
        """The same in words: ``PolicyOrder.of`` reads it again."""
        return words.in_words(words.POLICY, self.fault, self.seed)


def policy_orders_of(given: str | Sequence[str]) -> tuple[PolicyOrder, ...]:
    """Read all faults of a parameter: a list of them, or one string with ``;`` between.

    Raises:
        ValueError: one of them cannot be.
    """
    return tuple(PolicyOrder.of(text) for text in words.texts_of(given))
