"""Finding many words in running text at once: leftmost, then longest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_END = ""
_MASK = "\x00"


def words_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the words, the longest where several begin.

    The words are folded into one tree of characters, so that a place of the text is left after
    the first character that begins no word; without words nothing is found.
    """
    tree: dict[str, Any] = {}
    for word in words:
        branch = tree
        for character in word:
            branch = branch.setdefault(character, {})
        branch[_END] = {}
    return re.compile(_branch(tree) if tree else r"(?!)")


def masked(text: str, exceptions: re.Pattern[str]) -> str:
    """Return the text with every exception replaced, of the same length."""
    return exceptions.sub(lambda match: _MASK * len(match[0]), text)


def _branch(tree: dict[str, Any]) -> str:
    single = [one for one, below in tree.items() if one and set(below) == {_END}]
    ways = [re.escape(one) + _branch(tree[one]) for one in tree if one and one not in single]
    if single:
        ways.append("[" + "".join(map(re.escape, single)) + "]")
    if not ways:
        return ""
    joined = ways[0] if len(ways) == 1 else "(?:" + "|".join(ways) + ")"
    return f"(?:{joined})?" if _END in tree else joined
