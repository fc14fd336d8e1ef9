"""What was observed beside what training saw: drift, dead and saturated numbers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import Modality
from ballbot_fusion.evaluation.fusion.features import FULL_SHARE
from ballbot_fusion.evaluation.inspection.observed import Observed, Pixels

DRIFT = 2.0
"""A mean so many standard deviations of training away from training's is told."""
DEAD_PART = 0.01
"""A number that varies less than this part of what it did in training is dead: it says nothing."""
BEYOND_SHARE = 0.01
"""So large a share of values beyond all that training saw is told."""
LEAST_SPREAD = 1e-3
"""A standard deviation of training below this counts as this, in the modality's unit."""
LISTED = 6
"""Modalities of more numbers are told as one, their numbers pooled."""
STATISTICS = ("mean", "std", "min", "max")


@dataclass(frozen=True)
class Spread:
    """One number of a modality, over all trusted ticks."""

    name: str
    n: int
    """Ticks, or pixels."""
    mean: float | None = None
    std: float | None = None
    min: float | None = None
    max: float | None = None
    trained_mean: float | None = None
    """This and the following as training saw it; None where the policy file has none."""
    trained_std: float | None = None
    trained_min: float | None = None
    trained_max: float | None = None
    shift: float | None = None
    """Distance of the means in standard deviations of training."""
    beyond: float | None = None
    """Share of values outside of what training saw; not of images."""
    at_limit: float | None = None
    """Share of values at an end of the range that policies see."""
    note: str = ""
    """What is odd about it, in words."""


COLUMNS = ("name", "n", "mean", "trained_mean", "std", "trained_std", "shift", "beyond",
           "at_limit", "note")  # fmt: skip
Trained = Mapping[str, list[float]]


def _pooled(trained: Trained) -> dict[str, float]:
    """Statistics of several numbers as those of one."""
    mean, std = np.array(trained["mean"]), np.array(trained["std"])
    whole = float(mean.mean())
    variance = float((std**2 + mean**2).mean()) - whole**2
    ends = {"min": min(trained["min"]), "max": max(trained["max"])}
    return {"mean": whole, "std": max(variance, 0.0) ** 0.5, **ends}


def _note(row: dict[str, Any], *, image: bool) -> str:
    notes = []
    trained = row["trained_std"]
    dead = row["std"] == 0.0 if trained is None else row["std"] < DEAD_PART * trained
    if row["n"] > 1 and dead:
        notes.append("dead: does not vary here")
    if not image and row["at_limit"] >= FULL_SHARE and row["n"] > 1:
        notes.append("saturated: at its limit")
    if (row["shift"] or 0.0) > DRIFT:
        notes.append(f"drifted by {row['shift']:.1f} standard deviations of training")
    if (row["beyond"] or 0.0) > BEYOND_SHARE:
        notes.append(f"{row['beyond']:.0%} beyond all that training saw")
    return "; ".join(notes)


def _spread(
    name: str,
    own: dict[str, Any],
    trained: Mapping[str, float],
    beyond: float | None,
    *,
    image: bool,
) -> Spread:
    row: dict[str, Any] = {"shift": None, "trained_std": None, "beyond": beyond, **own}
    if trained:
        row |= {f"trained_{key}": trained[key] for key in STATISTICS}
        spread = max(trained["std"], LEAST_SPREAD)
        row["shift"] = abs(own["mean"] - trained["mean"]) / spread
    return Spread(name=name, **row, note=_note(row, image=image))


def _of_values(
    name: str, values: NDArray[np.float32], entry: Modality, trained: Mapping[str, float]
) -> Spread:
    """Describe one number (T,), of trusted ticks only."""
    if not len(values):
        return Spread(name, 0, note="never trusted")
    exact = values.astype(np.float64)
    ends = (values <= np.float32(entry.low)) | (values >= np.float32(entry.high))
    own = {
        "n": len(values), "at_limit": float(ends.mean()),
        **{key: float(getattr(exact, key)()) for key in STATISTICS},
    }  # fmt: skip
    beyond = None
    if trained:
        low, high = np.float32(trained["min"]), np.float32(trained["max"])
        beyond = float(((values < low) | (values > high)).mean())
    return _spread(name, own, trained, beyond, image=False)


def _of_pixels(pixels: Pixels | None, entry: Modality, trained: Mapping[str, float]) -> Spread:
    if pixels is None:
        return Spread(entry.key, 0, note="never trusted")
    mean = pixels.total / pixels.count
    variance = max(pixels.squares / pixels.count - mean**2, 0.0)
    own = {
        "n": pixels.count, "at_limit": pixels.ends / pixels.count, "mean": mean,
        "std": variance**0.5, "min": pixels.low, "max": pixels.high,
    }  # fmt: skip
    return _spread(entry.key, own, trained, None, image=True)


def statistics(observed: Observed, trained: Mapping[str, Trained]) -> list[dict[str, Any]]:
    """Return a row (see ``Spread``) per number of each modality, in the spec's order.

    Args:
        observed: the recording.
        trained: what the policy file stores of training, by modality.
    """
    rows: list[Spread] = []
    vectors, trusted = observed.vectors(), observed.reasons == 0
    for column, entry in enumerate(observed.spec):
        known = trained.get(entry.key, {})
        if entry.is_image:
            rows.append(
                _of_pixels(observed.images.get(entry.key), entry, _pooled(known) if known else {})
            )
            continue
        values = vectors[entry.key][trusted[:, column]]
        if entry.size > LISTED:
            pooled = _pooled(known) if known else {}
            rows.append(_of_values(entry.key, values.ravel(), entry, pooled))
            continue
        for place in range(entry.size):
            one = {key: known[key][place] for key in STATISTICS} if known else {}
            name = f"{entry.key}[{place}]"
            rows.append(_of_values(name, values[:, place], entry, one))
    return [asdict(row) for row in rows]
