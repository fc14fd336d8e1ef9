"""Recorded samples that nobody recorded, and policy files to ask about them."""

import json
from pathlib import Path

import numpy as np
import onnx
from support.policies import SHORT_KEYS, exported

from ballbot_fusion.core.spec import ObservationSpec
from ballbot_fusion.deployment.export import random_observation
from ballbot_fusion.evaluation.fusion.samples import RecordedSamples, joined

SPEC = ObservationSpec.of(SHORT_KEYS)
ORIGIN = {"command": "ballbot eval", "revision": "0123456789ab", "date": "2026-11-25"}


def recorded(episodes: int = 3, each: int = 4) -> RecordedSamples:
    """Random observations of SHORT_KEYS, nothing masked."""
    rng, mask = np.random.default_rng(0), np.ones(len(SPEC), np.float32)
    parts = [
        ([random_observation(SPEC, rng) for _ in range(each)], [mask] * each)
        for _ in range(episodes)
    ]
    return joined(parts, {"provenance": ORIGIN})


def policy_file(folder: Path, architecture: str, minutes: float | None = None) -> Path:
    """Write a tiny untrained policy to ARCHITECTURE.onnx, which says so of itself."""
    model = exported(SHORT_KEYS, architecture)
    trained = {} if minutes is None else {"trained": {"minutes": minutes, "ticks": 1000}}
    said = {"name": architecture, "architecture": architecture, "provenance": trained}
    for entry in model.metadata_props:
        if entry.key in said:
            entry.value = json.dumps(said[entry.key])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{architecture}.onnx"
    onnx.save(model, path)
    return path
