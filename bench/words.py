"""Words for made-up concerns, shuffled from the sentences of the demonstration."""

from __future__ import annotations

import random
import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src/lianxin/demo/data/concerns.yaml"
SENTENCE = re.compile(r"[\u4e00-\u9fff0-9，、“”]{8,60}[。！？]")


def texts(count: int, *, length: int = 150, seed: int = 1) -> list[str]:
    """So many different texts of at least this many characters."""
    sentences = sorted(set(SENTENCE.findall(SOURCE.read_text(encoding="utf-8"))))
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        text = ""
        while len(text) < length:
            text += chance.choice(sentences)
        found.append(text)
    return found
