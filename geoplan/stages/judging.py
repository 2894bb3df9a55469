"""Stage 9d: whether a number meets a target, what the target requires, and what is missing.

All comparisons are of exact fractions: 0.8 of 122 communities is 97.6, so 98 are required and 97
do not do, whatever binary fractions make of 0.8.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from geoplan.domain.indicators import INDICATORS, UNITS
from geoplan.model.targets import Target

STATUSES = ("pass", "fail", "unknown")


@dataclass(frozen=True, slots=True)
class Counts:
    """A number and, for a ratio, the counts behind it; NaN where not known."""

    value: float
    part: float
    whole: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a unit stands to a target."""

    status: str
    """One of ``STATUSES``."""
    required: float
    """Count (people, beds, units …) at which the target is just met, NaN where not known."""
    missing: float
    """Count between what there is and what is required, 0 when the target is met; NaN where it
    is not known or the number counts nothing."""


def judged(target: Target, counts: Counts) -> Verdict:
    """Return the verdict on one unit.

    A ratio whose denominator is known is judged by its counts, else by its value. Things that
    come in whole numbers are required in whole numbers: rounded up for a least number, down for
    a largest. Nothing is missing below a largest number; of an exact number, either way counts.
    """
    unit, goal = UNITS[target.unit], target.exact()
    if unit.per and counts.whole > 0:
        return _judged_counts(target, goal * _fraction(counts.whole) / unit.per, counts.part)
    if not unit.per:
        return _judged_counts(target, goal, counts.value)
    if math.isnan(counts.value):
        return Verdict("unknown", math.nan, math.nan)
    met = _meets(_fraction(counts.value), goal, target.comparison)
    return Verdict(_word(met), math.nan, 0.0 if met else math.nan)


def judged_together(verdicts: Sequence[Verdict]) -> Verdict:
    """Return the verdict on a unit whose children must each meet the target.

    One child that fails decides; else one that is not known does. Required and missing are the
    children's sums, NaN when one of them is not known. Without children nothing is known.
    """
    statuses = {verdict.status for verdict in verdicts} or {"unknown"}
    status = next(word for word in ("fail", "unknown", "pass") if word in statuses)
    if not verdicts:
        return Verdict(status, math.nan, math.nan)
    return Verdict(
        status,
        required=math.fsum(verdict.required for verdict in verdicts),
        missing=math.fsum(verdict.missing for verdict in verdicts),
    )


def months_until(date: str, deadline: str) -> int:
    """Return the whole months from one ISO date to another, at least 1; 0 when none are left.

    The last day of a month completes it: from 31 October to 30 November is one month. 0 also
    when either date is not known.
    """
    if not date or not deadline or date >= deadline:
        return 0
    start, end = dt.date.fromisoformat(date), dt.date.fromisoformat(deadline)
    months = 12 * (end.year - start.year) + end.month - start.month
    last_of_month = (end + dt.timedelta(days=1)).day == 1
    return max(months - (end.day < start.day and not last_of_month), 1)


def _judged_counts(target: Target, need: Fraction, amount: float) -> Verdict:
    """Return the verdict on a count that is needed, where ``amount`` is there (NaN: not known)."""
    required = _required(target, need)
    if math.isnan(amount):
        return Verdict("unknown", float(required), math.nan)
    there = _fraction(amount)
    if _meets(there, need, target.comparison):
        return Verdict("pass", float(required), 0.0)
    return Verdict("fail", float(required), round(float(abs(required - there)), 6))


def _required(target: Target, need: Fraction) -> Fraction:
    counts = INDICATORS[target.indicator].counts
    if not counts or not UNITS[counts].whole or target.comparison == "==":
        return need
    return Fraction(math.ceil(need) if target.comparison == ">=" else math.floor(need))


def _meets(there: Fraction, need: Fraction, comparison: str) -> bool:
    if comparison == "==":
        return there == need
    return there >= need if comparison == ">=" else there <= need


def _word(met: bool) -> str:  # noqa: FBT001  a verdict, not a switch
    return "pass" if met else "fail"


def _fraction(number: float) -> Fraction:
    """Return the number as its decimal digits say it, not as its binary fraction does."""
    return Fraction(str(float(number)))
