"""Names of units as two editions compare them: the organ apart, spelling differences gone.

Organs and merged rows are told by ``domain.unit_names``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from geoplan.domain.unit_names import merged_names, parted_organ, plain_name

_INCLUDED = re.compile(r"\(含")
_ORDINAL = re.compile(r"(?:第[一二三四五六七八九十]+|[一二三四五六七八九十]+村)$")


@dataclass(frozen=True, slots=True)
class UnitName:
    """A name without its organ."""

    root: str
    """The name without organ, and without the last 村 where the organ is a village committee."""
    kind: str
    """``residents, villagers, subdistrict, town, township``, empty where the name does not tell."""

    def same(self, other: UnitName) -> bool:
        """Return whether the two are one name, a kind that is not told counting as the same."""
        return self.root == other.root and (
            self.kind == other.kind or not self.kind or not other.kind
        )


def unit_name(text: str) -> UnitName:
    """Return the name of a unit; full-width characters, blanks and brackets make no difference.

    ``徐家村村委会`` and ``徐家村民委员会`` are one name; ``丽华一村社区`` keeps its 村.
    """
    return UnitName(*parted_organ(re.sub(r"[()]", "", plain_name(text))))


_LONGEST_ROOT = 100


def parts_of_row(text: str) -> tuple[UnitName, ...]:
    """Return the names that a row holds: two in ``东青社区居委会（含东青村村委）``.

    What a bracket says to be included counts here whether or not it ends as a unit does.
    """
    parts = merged_names(text) or _INCLUDED.split(plain_name(text))
    return tuple(unit_name(part) for part in parts if part)


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
