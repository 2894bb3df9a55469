"""How tables declare units: one form of a name, one length of a code, the level of a code.

The words at the end of a name belong to ``unit_names``.
"""

from __future__ import annotations

import re

from geoplan.domain.unit_names import plain_name, unit_key

_BRACKETS = re.compile(r"\([^()]*\)?")
_CODE_LENGTHS = (6, 9)
CODE_LENGTH = 12
"""Digits of a whole code: six of the district, three of the subdistrict, three of the community."""


def plain_unit_name(text: str) -> str:
    """Return the name of a unit without what a register adds to it.

    ``丽华一村社区居委会``, ``丽华一村居委会`` and ``丽华一村社区`` are one name, ``朝阳村村委会``,
    ``朝阳村委会`` and ``朝阳村`` another; brackets and blanks are left out. Ordinals stay.
    """
    return unit_key(_BRACKETS.sub("", plain_name(text)))


def short_unit_name(text: str) -> str:
    """Return a plain name without its last word 社区 or 街道: what people write in a hurry."""
    plain = plain_unit_name(text)
    short = re.sub(r"(?:社区|街道)$", "", plain)
    return short or plain


def whole_code(code: str) -> str:
    """Return a code of 6 or 9 digits with the zeros that make it 12; any other text as it is."""
    if code.isdecimal() and len(code) in _CODE_LENGTHS:
        return code.ljust(CODE_LENGTH, "0")
    return code


def level_of_code(code: str) -> str:
    """Return the level that a code states, one of ``model.places.LEVELS``, empty for no code."""
    whole = whole_code(code)
    if not (whole.isdecimal() and len(whole) == CODE_LENGTH):
        return ""
    if whole.endswith("000000"):
        return "district"
    return "subdistrict" if whole.endswith("000") else "community"
