"""What one cell of a table says: a number, a code, a yes or no; None when it says none of them."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal, InvalidOperation

_UNITS = r"(?:m2|平方米|平米|张|床|个|人|名|年|位)?"
_NUMBER = re.compile(
    r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)(e[+-]?\d{1,3})?\s*" + _UNITS,
    re.IGNORECASE,
)
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_CODE_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e\+?\d{1,2})?", re.IGNORECASE)
_YES = {"1", "true", "yes", "y", "是", "t"}
_NO = {"", "0", "false", "no", "n", "否", "f"}
_FORMULA_GUARD = re.compile(r"'(?=[=+\-@\t\r])")


def cell_text(value: object) -> str:
    """Return what a cell shows, without outer blanks; whole numbers have no decimal point."""
    if isinstance(value, str):
        return _shown(value)
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124  NaN
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return _shown(str(value))


def _shown(text: str) -> str:
    if not text:
        return text
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    bare = composed.strip().strip("\ufeff")
    return _FORMULA_GUARD.sub("", bare, count=1) if "'" in bare else bare


def half_width(text: str) -> str:
    """Return the text with full-width digits, letters and brackets as half-width ones."""
    return unicodedata.normalize("NFKC", text).strip()


def number_of(text: str) -> float | None:
    """Return the number that the text writes, thousands commas and a unit allowed.

    ``1,200㎡`` is 1200; ``约300`` is None, for nobody knows what was meant.
    """
    if _PLAIN_NUMBER.fullmatch(text):
        return float(text)
    match = _NUMBER.fullmatch(half_width(text))
    return float(match[1].replace(",", "") + (match[2] or "")) if match else None


def code_of(text: str) -> str:
    """Return a code as its digits: ``320402001.0`` and ``3.20402e+11`` lose what Excel added."""
    plain = half_width(text)
    if not _CODE_NUMBER.fullmatch(plain):
        return plain
    try:
        exact = Decimal(plain)
    except InvalidOperation:
        return plain
    if plain.isdecimal() or exact != exact.to_integral_value():
        return plain
    return f"{exact:f}".partition(".")[0]


def flag_of(text: str) -> bool | None:
    """Return yes or no, an empty cell being no."""
    plain = half_width(text).lower()
    if plain in _YES:
        return True
    return False if plain in _NO else None
