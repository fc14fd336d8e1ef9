"""Sensors that fail while a roll-out lasts: for an instant, for seconds, for the whole episode."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core import velocity_history
from ballbot_fusion.core.robot import NotNegative, Positive, Share
from ballbot_fusion.core.sensing import CAN_FAIL
from ballbot_fusion.core.settings import Settings
from ballbot_fusion.core.spec import ObservationSpec


class OutageSettings(Settings):
    """How often which modalities are hidden from the student in a roll-out."""

    camera_episode: Share = 0.17
    """Episodes without one of the cameras, for each camera."""
    cameras_episode: Share = 0.06
    """Episodes without any."""
    camera_every_s: Positive = 12.0
    """Mean time between outages of each camera."""
    cameras_every_s: Positive = 25.0
    """Mean time between outages of all cameras at once."""
    camera_s: tuple[Positive, Positive] = (0.3, 4.0)
    """Shortest and longest outage of cameras, s."""
    vector_every_s: Positive = 15.0
    """Mean time between outages of each other modality."""
    vector_s: tuple[Positive, Positive] = (0.02, 0.5)
    """Shortest and longest outage of other modalities, s."""
    single: NotNegative = 0.01
    """Share of ticks in which a modality is hidden for that tick alone, for each modality."""


def _hide(
    shown: NDArray[np.bool_], columns: Iterable[int], spans: Iterable[tuple[int, int]]
) -> None:
    for start, stop in spans:
        for column in columns:
            shown[start:stop, column] = False


def _spans(
    rng: np.random.Generator, ticks: int, every_s: float, length_s: tuple[float, float], rate: int
) -> list[tuple[int, int]]:
    spans, now = [], rng.exponential(every_s)
    while now * rate < ticks:
        length = rng.uniform(*length_s)
        spans.append((round(now * rate), round((now + length) * rate)))
        now += length + rng.exponential(every_s)
    return spans


def outages(
    rng: np.random.Generator, spec: ObservationSpec, ticks: int, rate_hz: int, how: OutageSettings
) -> NDArray[np.bool_]:
    """Draw which modalities work in each tick of an episode: (ticks, modalities).

    Cameras that do not work send no frame; other modalities are masked.
    """
    can_fail = np.array([entry.key in CAN_FAIL for entry in spec])
    shown = (rng.random((ticks, len(spec))) >= how.single) | ~can_fail
    cameras = [spec.keys.index(entry.key) for entry in spec.images]
    vectors = [spec.keys.index(entry.key) for entry in spec.vectors if entry.key in CAN_FAIL]
    history = velocity_history.KEY in spec and "vel" in spec
    for column in cameras:
        _hide(shown, [column], _spans(rng, ticks, how.camera_every_s, how.camera_s, rate_hz))
        if rng.random() < how.camera_episode:
            shown[:, column] = False
    _hide(shown, cameras, _spans(rng, ticks, how.cameras_every_s, how.camera_s, rate_hz))
    if rng.random() < how.cameras_episode:
        shown[:, cameras] = False
    for column in vectors:
        _hide(shown, [column], _spans(rng, ticks, how.vector_every_s, how.vector_s, rate_hz))
    if history:
        works = shown[:, spec.keys.index("vel")]
        shown[:, spec.keys.index(velocity_history.KEY)] = _remembered(works, rate_hz)
    return shown


def _remembered(works: NDArray[np.bool_], rate_hz: int) -> NDArray[np.bool_]:
    """Whether all velocities of a history work, tick by tick: as long as none is from an outage."""
    span = round(velocity_history.SPAN_NS * 1e-9 * rate_hz)
    before = np.concatenate([np.ones(span, np.bool_), works])
    windows = np.lib.stride_tricks.sliding_window_view(before, span + 1)
    return np.asarray(windows.all(axis=1), np.bool_)
