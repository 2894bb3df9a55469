"""Dates as registers write them: a day, a month or only a year."""

from __future__ import annotations

import datetime as dt
import re

_WRITTEN = re.compile(
    r"(\d{4})(?:年|(?:年|[-/.])(\d{1,2})(?:月|(?:月|[-/.])(\d{1,2})日?)?)?(?:[T ][\d:.+]*)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")


def last_day(written: str) -> dt.date | None:
    """Return the day that is written, the last one of a month or year, None for no date.

    ``2021`` is 2021-12-31 and ``2021年2月`` 2021-02-28, so nobody is reminded too early.
    """
    text = written.strip()
    match = _COMPACT.fullmatch(text) or _WRITTEN.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            return dt.date(year, month, day)
        first = dt.date(year, month or 12, 1)
        following = dt.date(first.year + first.month // 12, first.month % 12 + 1, 1)
    except ValueError:
        return None
    return following - dt.timedelta(days=1)


def years_later(day: dt.date, years: int) -> dt.date:
    """Return the same day in another year, 28 February for a 29th that the year does not have."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
