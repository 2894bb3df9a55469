"""Names of units as two editions compare them: the organ apart, spelling differences gone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher

_ORGANS = (
    ("社区居民委员会", "residents"),
    ("社区居委会", "residents"),
    ("居民委员会", "residents"),
    ("村民委员会", "village"),
    ("居委会", "residents"),
    ("村委会", "village"),
    ("村委", "village"),
    ("社区", "residents"),
    ("街道办事处", "street"),
    ("街道", "street"),
    ("镇", "town"),
    ("乡", "township"),
)
"""Endings of names, longest first, and the kind of unit that they tell."""

_MERGED = re.compile(r"[(（]?含")
_ORDINAL = re.compile(r"(?:第[一二三四五六七八九十]+|[一二三四五六七八九十]+村)$")


@dataclass(frozen=True, slots=True)
class UnitName:
    """A name without its organ."""

    root: str
    """The name without organ, and without the last 村 where the organ is a village committee."""
    kind: str
    """``residents, village, street, town, township``, empty where the name does not tell."""

    def same(self, other: UnitName) -> bool:
        """Return whether the two are one name, a kind that is not told counting as the same."""
        return self.root == other.root and (
            self.kind == other.kind or not self.kind or not other.kind
        )


def unit_name(text: str) -> UnitName:
    """Return the name of a unit; full-width characters, blanks and brackets make no difference.

    ``徐家村村委会`` and ``徐家村民委员会`` are one name; ``丽华一村社区`` keeps its 村.
    """
    plain = re.sub(r"[\s()（）]", "", unicodedata.normalize("NFKC", text))
    for ending, kind in _ORGANS:
        root = plain.removesuffix(ending)
        if root != plain and root:
            if kind == "village" and len(root) > 1:
                root = root.removesuffix("村")
            return UnitName(root, kind)
    return UnitName(plain, "")


_LONGEST_ROOT = 100


def parts_of_row(text: str) -> tuple[UnitName, ...]:
    """Return the names that a row holds: two in ``东青社区居委会（含东青村村委）``."""
    parts = _MERGED.split(unicodedata.normalize("NFKC", text))
    return tuple(unit_name(part) for part in parts if part.strip())


def without_ordinal(name: UnitName) -> str:
    """Return the root without a last ordinal (翠竹南区第一, 丽华一村), empty when it has none."""
    root = _ORDINAL.sub("", name.root)
    return root if root != name.root else ""


def alikeness(one: UnitName, other: UnitName) -> float:
    """Return how alike two roots are, 0 to 1, the same both ways.

    Of a root that is longer than any name only the beginning is compared: a row with a text in it
    must not hold up the comparison.
    """
    first, second = sorted((one.root[:_LONGEST_ROOT], other.root[:_LONGEST_ROOT]))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()
