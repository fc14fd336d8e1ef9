"""A simulated run as a film: the robot, and beside it what the policy sees and trusts.

VP9 in mp4: an open format that browsers and VLC play, written by the OpenCV that is there anyway.
"""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.picture import seen
from ballbot_fusion.core.reasons import Reason
from ballbot_fusion.core.spec import IMAGES
from ballbot_fusion.core.tick import Tick

FPS, FOURCC = 25, "vp09"
WIDTH, HEIGHT = 960, 540
VIEW = (640, 480)
"""Width and height of the robot's view."""
SIDE, CAPTION = 240, 30
"""A camera's image and the line below it, pixels."""
GREEN, RED, WHITE, DARK = (80, 160, 60), (60, 60, 220), (235, 235, 235), (32, 32, 32)
"""BGR."""
PER_ROW = 5
"""Modalities beside one another below the view."""
Bytes = NDArray[np.uint8]


def _write(frame: Bytes, text: str, place: tuple[int, int], size: float = 0.45) -> None:
    cv2.putText(frame, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, WHITE, 1, cv2.LINE_AA)


def frame_of(view: Bytes, tick: Tick, words: str) -> Bytes:
    """Put a frame together, (540, 960, 3) BGR.

    Args:
        view: the robot, RGB of ``VIEW``'s size.
        tick: what the policy observed and trusted.
        words: written over the view.
    """
    frame = np.full((HEIGHT, WIDTH, 3), DARK, np.uint8)
    frame[: VIEW[1], : VIEW[0]] = view[:, :, ::-1]
    cv2.rectangle(frame, (0, 0), (VIEW[0], 24), DARK, cv2.FILLED)
    _write(frame, words, (8, 17))
    keys = tuple(tick.observation)
    images = [key for key in keys if key in IMAGES]
    for place, key in enumerate(images[:2]):
        reason = tick.reasons[keys.index(key)]
        _camera(frame, place * (SIDE + CAPTION), key, tick.observation[key], reason)
    if not images:
        _write(frame, "this policy sees no camera", (VIEW[0] + 40, HEIGHT // 2))
    _masks(frame, keys, tick.reasons)
    return frame


def _camera(frame: Bytes, top: int, key: str, image: NDArray[np.float32], reason: Reason) -> None:
    """Show what the policy sees of a camera; what it must not use is dark, with the reason."""
    picture = cv2.resize(seen(image), (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)
    if reason:
        picture = picture // 3
    left = VIEW[0] + (WIDTH - VIEW[0] - SIDE) // 2
    frame[top : top + SIDE, left : left + SIDE] = picture
    colour = RED if reason else GREEN
    cv2.rectangle(frame, (left, top), (left + SIDE - 1, top + SIDE - 1), colour, 3)
    text = f"{key}: masked, {reason.name}" if reason else f"{key}: trusted"
    _write(frame, text, (VIEW[0] + 12, top + SIDE + 20))


def _masks(frame: Bytes, keys: Sequence[str], reasons: Sequence[Reason]) -> None:
    """Show a field for each modality: green where it is trusted, red where it is masked."""
    rows = -(-len(keys) // PER_ROW)
    width, height = VIEW[0] // PER_ROW, (HEIGHT - VIEW[1]) // rows
    for number, (key, reason) in enumerate(zip(keys, reasons, strict=True)):
        left, top = number % PER_ROW * width, VIEW[1] + number // PER_ROW * height
        corner = (left + width - 3, top + height - 3)
        cv2.rectangle(frame, (left + 2, top + 2), corner, RED if reason else GREEN, cv2.FILLED)
        _write(frame, key, (left + 8, top + height // 2 + 4), 0.42)


class Film:
    """An mp4 file while it is written."""

    def __init__(self, path: Path) -> None:
        """Begin a film.

        Raises:
            OSError: it cannot be written there, or OpenCV here has no encoder for it.
        """
        if path.suffix != ".mp4" or not path.parent.is_dir():
            raise OSError(f"Cannot write {path}: give a name that ends in .mp4, in a folder.")
        self._path, self.frames = path, 0
        code = cv2.VideoWriter.fourcc(*FOURCC)
        self._writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, code, FPS, (WIDTH, HEIGHT))
        if not self._writer.isOpened():
            raise OSError(
                f"Cannot write {path}: OpenCV {cv2.__version__} finds no encoder for VP9 here, or "
                "may not write there. The wheel opencv-python-headless has one."
            )

    def add(self, frame: Bytes) -> None:
        """Add a frame as ``frame_of`` makes it."""
        self._writer.write(frame)
        self.frames += 1

    def close(self) -> None:
        """End the film.

        Raises:
            OSError: nothing came to be, as on a full disk.
        """
        self._writer.release()
        if not self._path.is_file() or not self._path.stat().st_size:
            raise OSError(f"{self._path} could not be written; is the disk full?")
