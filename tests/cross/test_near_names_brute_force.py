"""Same and near names against every pair held side by side, written without keys."""

from __future__ import annotations

import numpy as np
import pytest

from geoplan.domain.generic_terms import name_parts
from geoplan.domain.name_readings import readings
from tests.unit.checks.same_registers import found, register

SPECIFIC = "青清丰峰长常乐新大"
ENDS = ("村村委会", "新村社区居委会", "社区居委会", "一村社区", "二村社区", "花园社区", "花苑社区")


def made(seed):
    rng = np.random.default_rng(seed)
    rows = []
    for at in range(300):
        length = int(rng.integers(1, 4))
        name = "".join(rng.choice(list(SPECIFIC), length)) + str(rng.choice(ENDS))
        rows.append((f"32040{rng.integers(2, 4)}00{at // 100 + 1}{at + 1:03d}", name))
    return rows


def plain(parts):
    specific, generic = parts.specific, parts.generic
    if specific[0] in "新大" and len(specific) > 2:
        specific = specific[1:]
    return specific, parts.ordinal, "村" if generic == "新村" else generic


def alike(one, other):
    """Return the gravest case in which two names are alike, empty for none."""
    ours, theirs = name_parts(one), name_parts(other)
    if ours.body == theirs.body:
        return "" if ours.full == theirs.full else "stripped"
    if min(len(ours.specific), len(theirs.specific)) < 2 or ours.ordinal != theirs.ordinal:
        return ""
    if plain(ours) == plain(theirs):
        return "modifier"
    whole, other_whole = ours.specific + ours.generic, theirs.specific + theirs.generic
    same_length = len(whole) == len(other_whole)
    heard = same_length and all(
        set(readings(a)) & set(readings(b)) for a, b in zip(whole, other_whole, strict=True)
    )
    return "homophone" if heard else ""


@pytest.mark.parametrize("seed", range(6))
def test_the_rules_report_only_pairs_that_are_alike_and_leave_none_alone(seed):
    rows = made(seed)
    names = dict(rows)
    expected = {}
    for one, name in rows:
        for other, other_name in rows:
            if other < one and one[:6] == other[:6] and (case := alike(name, other_name)):
                expected[one, other] = case
    findings = [*found("N01", register(*rows)), *found("N02", register(*rows))]
    told = {
        (one.subject, one.about[0]): one.case
        for one in findings
        if one.case in ("stripped", "modifier", "homophone")
    }
    assert len(told) > 10
    assert {pair: expected.get(pair) for pair in told} == told
    reached = {code for pair in told for code in pair}
    lonely = [pair for pair in expected if not reached & set(pair)]
    assert lonely == []
    assert all(names[one] != names[other] for one, other in told)
