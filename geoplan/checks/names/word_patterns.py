"""Patterns of the words that a rule looks for in names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MASK = "\x00"


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of any of the words, longer ones first; no word, no match."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")


def masked(text: str, exceptions: re.Pattern[str]) -> str:
    """Return the text with every exception replaced, of the same length."""
    return exceptions.sub(lambda match: _MASK * len(match[0]), text)
