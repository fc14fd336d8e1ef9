"""Writes embeddings.json beside it: what the text encoder makes of a few texts.

    ./with-ros python test/golden/make_embeddings.py

Policies are trained with these numbers. When they change, every policy that takes instructions has
to be trained again.
"""

import json
from pathlib import Path

from ballbot_fusion.language.encoder import TextEncoder

TEXTS = ("stop", "go forward slowly", "Turn LEFT, please!", "don't", "a zebra crossed 7 rivers")
DIGITS = 6


def main() -> None:
    encoder = TextEncoder.load()
    found = {text: [round(float(x), DIGITS) for x in encoder.encode(text)] for text in TEXTS}
    lines = ",\n".join(f"{json.dumps(text)}: {json.dumps(row)}" for text, row in found.items())
    Path(__file__).with_name("embeddings.json").write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
