"""Which column a header means; every reader brings its own table of headers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

Headers = Mapping[str, Sequence[str]]
"""Canonical name → other headers that mean it."""

PEOPLE = "people"
"""A table with this column counts people, and may count any group of them."""

_AGE_GROUP = re.compile(
    r"(\d{1,3})(?:\+|周?岁及?以上)(?:(?:老年)?(?:人口|人数)|老人数?|老年人数?)?"
)
_GROUP_COLUMN = re.compile(r"people_\S{1,40}")
_UNIT = re.compile(r"\((?:人|名|张|个)\)$")


def canonical_header(header: str, headers: Headers) -> str | None:
    """Return the canonical name of a header, or None for a column that is not read.

    Full-width characters, blanks, capitals, a unit in brackets (``人口（人）``) and a last ``*``
    (required) make no difference.
    In a table that counts people, ``people_<group>`` and Chinese age groups (``65岁以上`` is
    ``people_65``) are groups.
    """
    plain = plain_header(header)
    for canonical, aliases in headers.items():
        if plain in {plain_header(alias) for alias in (canonical, *aliases)}:
            return canonical
    if PEOPLE not in headers:
        return None
    if age := _AGE_GROUP.fullmatch(plain):
        return f"{PEOPLE}_{age[1]}"
    return plain if _GROUP_COLUMN.fullmatch(plain) else None


def plain_header(text: str) -> str:
    """Return a header as it is compared: half-width, without blanks and unit, lower case."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower().rstrip("*")
    return _UNIT.sub("", plain)
