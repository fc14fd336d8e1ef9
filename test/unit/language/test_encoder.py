"""The text encoder: what it says, that it asks nobody, and that nothing upsets it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ballbot_fusion.language import encoder
from ballbot_fusion.language.encoder import LONGEST, EncoderError, TextEncoder, words

GOLDEN = Path(__file__).parents[2] / "golden" / "embeddings.json"
ALONE = """
import socket, sys

def refuse(*_, **__):
    raise OSError("no network here")

socket.socket = socket.create_connection = socket.getaddrinfo = refuse
from ballbot_fusion.language.encoder import TextEncoder
assert TextEncoder.load().encode("go forward").shape == (256,)
print(sorted({"torch", "requests", "wordllama", "huggingface_hub"} & set(sys.modules)))
"""


def test_texts_become_what_policies_were_trained_with() -> None:
    golden = json.loads(GOLDEN.read_text())
    assert len(golden) >= 5
    for text, row in golden.items():
        assert np.abs(TextEncoder.load().encode(text) - np.array(row)).max() < 2e-6, text


def test_it_says_what_the_package_itself_would() -> None:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer
    from wordllama.inference import WordLlamaInference

    weights, tokenizer = (encoder._file(name) for name in encoder.FILES)
    pieces = load_file(weights)["embedding.weight"]
    package = WordLlamaInference(pieces, Tokenizer.from_file(str(tokenizer)))
    texts = ["go forward slowly", "please turn left", "wait where you are"]
    for text, right in zip(texts, package.embed(texts, norm=True), strict=True):
        assert np.abs(TextEncoder.load().encode(text) - right).max() < 1e-6


def test_it_asks_no_network_and_loads_no_torch() -> None:
    result = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "[]\n"), result.stdout + result.stderr


@settings(deadline=None)
@given(st.text(max_size=LONGEST + 50) | st.text("ab \x00\ud800'", max_size=LONGEST + 50))
@example("\ud800")
@example("go " * 300_000)
@example("x" * LONGEST)
def test_any_text_gives_a_unit_vector_or_nothing(text: str) -> None:
    found = TextEncoder.load().encode(text)
    assert found.dtype == np.float32
    if words(text):
        assert found.shape == (256,)
        assert np.linalg.norm(found) == pytest.approx(1.0, abs=1e-5)
    else:
        assert found.shape == (0,)


@pytest.mark.parametrize("text", ["", "  ", "?!", "\u0441\u0442\u043e\u0439", "go " * LONGEST])
def test_what_has_no_word_that_it_reads_is_nothing(text: str) -> None:
    assert TextEncoder.load().encode(text).size == 0


def test_case_and_punctuation_say_nothing() -> None:
    load = TextEncoder.load()
    assert np.array_equal(load.encode("Turn LEFT, now!"), load.encode("turn left   now"))
    assert not np.array_equal(load.encode("turn left"), load.encode("turn right"))


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "find_spec", lambda _: None)
    with pytest.raises(EncoderError, match=r"wordllama==0\.4\.0\.post1"):
        encoder._file(next(iter(encoder.FILES)))


def test_weights_of_another_version_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "tokenizers/l2_supercat_tokenizer_config.json"
    assert encoder._file(name).is_file()
    monkeypatch.setitem(encoder.FILES, name, "0" * 64)
    with pytest.raises(EncoderError, match="SHA-256"):
        encoder._file(name)
