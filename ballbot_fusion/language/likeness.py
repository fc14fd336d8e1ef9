"""What a text is close to among the instructions that policies are taught: for people."""

from typing import Any

from ballbot_fusion.language.encoder import TextEncoder
from ballbot_fusion.language.instructions import vocabulary

SHOWN = 3


def likeness(text: str) -> list[dict[str, Any]]:
    """Return the closest phrasing of each of the closest intents, with the cosine, best first.

    Policies decide for themselves what to make of a text: this shows how much they have to go by.
    """
    encoder = TextEncoder.load()
    said = encoder.encode(text)
    if not said.size:
        return []
    found = []
    for name, intent in vocabulary().intents.items():
        cosines = {known: float(encoder.encode(known) @ said) for known in intent.training}
        best = max(cosines, key=cosines.__getitem__)
        found.append((cosines[best], name, best))
    return [
        {"intent": name, "phrasing": phrasing, "cosine": cosine}
        for cosine, name, phrasing in sorted(found, reverse=True)[:SHOWN]
    ]
