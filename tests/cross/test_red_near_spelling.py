"""Near spellings of listed names found by remainders ≡ every pair compared."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.unit_names import is_near_spelling
from geoplan.linting.lint import LintAsk, lint

NAMES = st.lists(st.text("春夏秋冬东", min_size=3, max_size=6), min_size=1, max_size=8, unique=True)


def edits(one, other):
    """Return the Levenshtein distance, from the definition."""
    if not one or not other:
        return len(one) + len(other)
    changed = edits(one[1:], other[1:]) + (one[0] != other[0])
    return min(changed, edits(one[1:], other) + 1, edits(one, other[1:]) + 1)


def swapped(one, other):
    return any(
        one[:at] + one[at + 1] + one[at] + one[at + 2 :] == other for at in range(len(one) - 1)
    )


@given(st.text("春夏秋", max_size=5), st.text("春夏秋", max_size=5))
def test_near_spellings_are_one_edit_or_one_swap_away(one, other):
    expected = edits(one, other) == 1 or (one != other and swapped(one, other))
    assert is_near_spelling(one, other) is expected


@given(NAMES, NAMES)
def test_the_renamed_of_the_list_are_those_of_all_pairs(registered, listed):
    names = pd.DataFrame({"code": [f"n{one}" for one in registered], "name": registered})
    red = pd.DataFrame({"code": [f"r{one}" for one in listed], "name": listed})
    report = lint("names", names, LintAsk(companions={"red": red}))
    got = {
        (one.evidence["name"], one.evidence.get("present"))
        for one in report.findings
        if one.rule == "N17"
    }
    expected = set()
    for name in set(listed) - set(registered):
        near = [one for one in registered if len(name) >= 4 and is_near_spelling(one, name)]
        # the first in the file stands for all
        expected.add((name, near[0] if near else None))
    assert got == expected
