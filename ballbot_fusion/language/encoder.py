"""Text to numbers: a vector for each word piece, averaged. Offline, without torch.

The vectors are those of WordLlama 0.4 (l2_supercat, 32,000 word pieces of 256 half-precision
numbers, 16 MB), which lie in its wheel together with the tokenizer. Both files are read from there
and from nowhere else: the package's own loader looks for its tokenizer in a folder that the wheel
does not have, and then asks the network.

A mean does not know the order of words: "left, not right" is "right, not left".
"""

import re
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ballbot_fusion.core.spec import INSTRUCTION, MODALITIES

PACKAGE = "wordllama"
VERSION = "0.4.0.post1"
FILES = {
    "weights/l2_supercat_256.safetensors": (
        "64b47a2dc493cb8e85944076601189739852d7b64e0e1eedcb1937a251cd9fd5"
    ),
    "tokenizers/l2_supercat_tokenizer_config.json": (
        "93248f2a9ec36c7b35f700a033d5f36228aae48db61aee31007fa49062cdeb68"
    ),
}
"""Below the package's folder, and the SHA-256 of each."""
LONGEST = 200
"""Characters of an instruction; nobody says more in one breath."""
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")


class EncoderError(ValueError):
    """The text encoder cannot be used. The text says what, found, expected, what to do."""


def words(text: str) -> str:
    """Return the words of ``text`` in small letters; none when it is too long to be said."""
    return " ".join(_WORD.findall(text.lower())) if len(text) <= LONGEST else ""


def _file(name: str) -> Path:
    """Find a file of the package, and check that it is the one that policies were trained with."""
    found = find_spec(PACKAGE)
    places = [] if found is None else list(found.submodule_search_locations or [])
    if not places:
        raise EncoderError(
            f"Instructions need the Python package {PACKAGE}, which is not installed. Install "
            f"{PACKAGE}=={VERSION}, or run a policy without the modality {INSTRUCTION!r}."
        )
    path = Path(places[0]) / name
    digest = sha256(path.read_bytes()).hexdigest() if path.is_file() else "no such file"
    if digest != FILES[name]:
        raise EncoderError(
            f"{path}: SHA-256 is {digest}, expected {FILES[name]}: policies would not understand "
            f"what is said. Install {PACKAGE}=={VERSION}."
        )
    return path


class TextEncoder:
    """Turns what is said into what policies take in."""

    def __init__(self, tokenizer: Any, pieces: NDArray[np.float16]) -> None:
        """``pieces`` (pieces, size) are the vectors of what ``tokenizer`` makes of a text."""
        self._tokenizer, self._pieces = tokenizer, pieces

    @classmethod
    def load(cls) -> "TextEncoder":
        """Read it once a process, in about 0.3 s.

        Raises:
            EncoderError: the package is missing, or of another version.
        """
        return _loaded()

    def encode(self, text: str) -> NDArray[np.float32]:
        """Return a unit vector (256,) for any text; (0,) for one without a word that it reads."""
        ids = self._tokenizer.encode(words(text), add_special_tokens=False).ids
        if not ids:
            return np.zeros(0, np.float32)
        mean = self._pieces[ids].astype(np.float32).mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), np.float32)


@cache
def _loaded() -> TextEncoder:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    weights, tokenizer = (_file(name) for name in FILES)
    pieces = load_file(weights)["embedding.weight"]
    size = MODALITIES[INSTRUCTION].size
    if pieces.ndim != 2 or pieces.shape[1] != size:
        raise EncoderError(f"{weights}: vectors are {pieces.shape}, expected (pieces, {size}).")
    return TextEncoder(Tokenizer.from_file(str(tokenizer)), pieces)
