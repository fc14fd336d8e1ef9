"""A simulated run while it is watched: a film of it, and a picture of the whole."""

from dataclasses import dataclass, field
from math import degrees, hypot
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.tick import Tick
from ballbot_fusion.evaluation.closed_loop import ClosedLoop
from ballbot_fusion.evaluation.film import FPS, VIEW, Film, frame_of
from ballbot_fusion.evaluation.plots import figure_class
from ballbot_fusion.simulation.rendering.view import View

STILLS = 4
"""Frames on the picture of a run."""
FRAME_NS = 1_000_000_000 // FPS
Bytes = NDArray[np.uint8]


@dataclass
class _Series:
    """Numbers of every frame's moment, for the picture."""

    times_s: list[float] = field(default_factory=list)
    tilt_deg: list[float] = field(default_factory=list)
    speed: list[float] = field(default_factory=list)
    commanded: list[float] = field(default_factory=list)
    efforts: list[tuple[float, ...]] = field(default_factory=list)
    reasons: list[tuple[Reason, ...]] = field(default_factory=list)


class RunStory:
    """Watches a closed loop at the pace of a film. Give ``add`` to ``ClosedLoop.run``."""

    def __init__(self, loop: ClosedLoop, seconds: float, video: str, plot: str) -> None:
        """Watch ``loop`` for ``seconds``; write to ``video`` (mp4) and ``plot`` (png) if named.

        Everything that may be missing here is asked for before the run begins.

        Raises:
            RendererError: there is no usable OpenGL here.
            PlotError: a plot is asked for, and matplotlib is not installed.
            OSError: a file cannot be written.
        """
        self._loop, self._plot = loop, plot
        if plot:
            figure_class()
            if Path(plot).suffix != ".png" or not Path(plot).parent.is_dir():
                raise OSError(f"Cannot write {plot}: give a name that ends in .png, in a folder.")
        self._view = View(loop.plant.simulation, *VIEW)
        self._film = Film(Path(video)) if video else None
        self._series = _Series()
        self._keys: tuple[str, ...] = ()
        self._every = max(round(seconds * FPS) // STILLS, 1)
        self._stills: list[tuple[float, Bytes]] = []
        self._next_ns = 0

    def add(self, tick: Tick) -> None:
        """Take a tick in; once the stand has let go, draw one of every ``FRAME_NS``."""
        released_ns, now_ns = self._loop.log.released_ns, tick.state.now_ns
        if released_ns is None or now_ns < self._next_ns:
            return
        self._next_ns = (self._next_ns or now_ns) + FRAME_NS
        self._keys = tuple(tick.observation)
        seconds = (now_ns - released_ns) * 1e-9
        self._note(seconds, tick)
        number = len(self._series.times_s) - 1
        is_still = bool(self._plot) and number % self._every == 0 and len(self._stills) < STILLS
        if self._film is None and not is_still:
            return
        frame = frame_of(self._view.picture(), tick, self._words(seconds))
        if self._film is not None:
            self._film.add(frame)
        if is_still:
            self._stills.append((seconds, frame))

    def _note(self, seconds: float, tick: Tick) -> None:
        truth, series = self._loop.plant.simulation.ground_truth(), self._series
        series.times_s.append(seconds)
        series.tilt_deg.append(degrees(truth.tilt))
        series.speed.append(hypot(*truth.velocity[:2]))
        series.commanded.append(hypot(*tick.state.command[:2]))
        series.efforts.append(self._loop.effort)
        series.reasons.append(tick.reasons)

    def _words(self, seconds: float) -> str:
        series = self._series
        return (
            f"{seconds:5.2f} s   tilt {series.tilt_deg[-1]:4.1f} deg   {series.speed[-1]:.2f} m/s, "
            f"commanded {series.commanded[-1]:.2f}   {self._loop.safety.state.mode.value}"
        )

    def close(self) -> list[str]:
        """End the film and draw the picture; return what was written.

        Raises:
            OSError: a file cannot be written.
        """
        self._view.close()
        written = []
        if self._film is not None:
            self._film.close()
            written.append(f"{self._film.frames} frames, {FPS} a second")
        if self._plot:
            self._figure().savefig(self._plot, dpi=110, metadata={"Software": None})
            written.append(self._plot)
        return written

    def _figure(self) -> Any:
        """Stills on top; below them masks, tilt, speed and efforts over time."""
        figure = figure_class()(figsize=(14.0, 9.0), layout="constrained")
        above, below = figure.subfigures(2, 1, height_ratios=(1.0, 3.0))
        panels = above.subplots(1, STILLS, squeeze=False)
        for axes, (seconds, frame) in zip(panels.ravel(), self._stills, strict=False):
            axes.imshow(frame[:, :, ::-1])
            axes.set_title(f"{seconds:.2f} s", fontsize=9)
        for axes in panels.ravel():
            axes.axis("off")
        masks, tilt, speed, efforts = below.subplots(4, 1, sharex=True, height_ratios=(2, 1, 1, 1))
        series = self._series
        table = np.array(series.reasons, bool).T
        _draw_masks(masks, series.times_s, self._keys, table)
        tilt.plot(series.times_s, series.tilt_deg)
        tilt.set_ylabel("tilt, °")
        speed.plot(series.times_s, series.speed, label="speed")
        speed.plot(series.times_s, series.commanded, "--", label="commanded")
        speed.set_ylabel("m/s")
        speed.legend(fontsize=8)
        efforts.plot(series.times_s, np.array(series.efforts))
        efforts.set_ylabel("wheels, N m")
        efforts.set_xlabel("s after the stand let go")
        return figure


def _draw_masks(axes: Any, times_s: list[float], keys: tuple[str, ...], masked: Any) -> None:
    edges = [*times_s, times_s[-1] + 1.0 / FPS]
    sides = np.arange(len(keys) + 1) - 0.5
    axes.pcolormesh(edges, sides, masked, vmin=0.0, vmax=1.0, cmap="RdYlGn_r")
    axes.set_yticks(range(len(keys)), keys)
    axes.set_ylim(len(keys) - 0.5, -0.5)
    axes.set_title("green: trusted, red: masked", fontsize=9)
