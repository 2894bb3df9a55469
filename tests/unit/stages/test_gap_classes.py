"""Gap classes on paper: a case for every class and every reason, worked out by hand.

The main walker does 1.0 m/s and the limit is 300 s, so seconds are metres of path.
"""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.gap_classes import (
    COVERED,
    ELSEWHERE_REASONS,
    GAP_CLASSES,
    LEAST_AREA_M2,
    MISSING_REASONS,
    PRIORITY,
    QUALITY_REASONS,
    REASONS,
    UNCOVERED,
)
from geoplan.domain.kinds import CARE_SERVICES
from geoplan.stages.gap_classes import PointEvidence, classify
from geoplan.stages.gap_evidence import asked_services, quality_doubts
from tests.unit.stages.gap_town import stations

LIMIT_S = 300.0


def evidence(count=1, **given):
    """Return points that lack nothing: 100 s from a facility, nobody of 80 and over."""
    plain = {
        "inhabited": np.ones(count, bool),
        "seconds": np.full(count, 100.0),
        "straight_s": np.full(count, 90.0),
        "no_street": np.zeros(count, bool),
        "cut_off": np.zeros(count, bool),
        "mismatch": np.zeros(count, bool),
        "outside": np.zeros(count, bool),
        "link": np.full(count, -1),
        "aged": np.zeros(count, bool),
        "aged_s": np.full(count, 125.0),
        "aged_with_steps_s": np.full(count, 125.0),
        "missing": np.zeros((count, len(MISSING_REASONS)), bool),
        "unmet": np.full(count, -1),
        "doubts": np.zeros((count, len(QUALITY_REASONS)), bool),
        "elsewhere": np.zeros((count, len(ELSEWHERE_REASONS)), bool),
    }
    for name, value in given.items():
        plain[name] = np.broadcast_to(np.asarray(value), plain[name].shape).copy()
    return PointEvidence(**plain)


def only(names, *chosen):
    """Return a row of flags with the chosen names set."""
    return [name in chosen for name in names]


FAR = {"seconds": 400.0}
OLD = {"aged": True, "seconds": 280.0}

CASES = {
    "nothing is lacking": ({}, "", set()),
    "at the limit is within": ({"seconds": 300.0}, "", set()),
    "a billionth beyond is rounding": ({"seconds": 300.0 + 1e-9}, "", set()),
    "nobody lives there": ({**FAR, "inhabited": False}, "", set()),
    # H
    "no street": (
        {"seconds": np.inf, "no_street": True},
        "H",
        {"no_street"},
    ),
    "streets cut off": ({"seconds": np.inf, "cut_off": True}, "H", {"unreachable"}),
    "declared elsewhere": (
        {**FAR, "mismatch": True},
        "H",
        {"community_mismatch", "beyond_limit"},
    ),
    "outside all units": ({**FAR, "outside": True}, "H", {"outside_units", "beyond_limit"}),
    "doubtful data before a barrier": (
        {**FAR, "mismatch": True, "link": 3},
        "H",
        {"community_mismatch", "barrier", "beyond_limit"},
    ),
    "declared elsewhere but covered": ({"mismatch": True}, "", set()),
    # C
    "a link would do": ({**FAR, "link": 0}, "C", {"barrier", "beyond_limit"}),
    "straight line exactly at the limit": (
        {**FAR, "link": 0, "straight_s": 300.0},
        "C",
        {"barrier", "beyond_limit"},
    ),
    "behind a locked gate": (
        {"seconds": np.inf, "cut_off": True, "link": 0},
        "C",
        {"barrier", "unreachable"},
    ),
    "a link, but not near in a straight line": (
        {**FAR, "link": 0, "straight_s": 301.0},
        "A",
        {"beyond_limit", "straight_beyond"},
    ),
    "a link that nobody needs": ({"link": 0}, "", set()),
    # A
    "a detour without a barrier": (FAR, "A", {"beyond_limit"}),
    "far": ({"seconds": 400.0, "straight_s": 350.0}, "A", {"beyond_limit", "straight_beyond"}),
    "near miss": ({"seconds": 360.0}, "A", {"beyond_limit", "near_miss"}),
    "no near miss": ({"seconds": 360.1}, "A", {"beyond_limit"}),
    "on the main streets, but no way": ({"seconds": np.inf}, "A", {"unreachable"}),
    "nobody gives the service": (
        {"seconds": np.inf, "straight_s": np.inf},
        "A",
        {"unreachable", "straight_beyond"},
    ),
    # B
    "slow": ({**OLD, "aged_s": 361.0, "aged_with_steps_s": 361.0}, "B", {"pace"}),
    "slow by a minute": (
        {**OLD, "aged_s": 350.0, "aged_with_steps_s": 350.0},
        "B",
        {"pace", "near_miss"},
    ),
    "stairs": ({**OLD, "aged_s": np.inf, "aged_with_steps_s": 300.0}, "B", {"steps"}),
    "no old people": ({"seconds": 280.0, "aged_s": 350.0}, "", set()),
    "old people too far for anybody": (
        {**OLD, "seconds": 400.0, "aged_s": 500.0},
        "A",
        {"beyond_limit"},
    ),
    # D to G
    **{
        reason: ({"missing": only(MISSING_REASONS, reason)}, "D", {reason})
        for reason in MISSING_REASONS
    },
    "two services": (
        {"missing": only(MISSING_REASONS, "missing_meals", "missing_rights")},
        "D",
        {"missing_meals", "missing_rights"},
    ),
    "services are not asked beyond the limit": (
        {**FAR, "missing": only(MISSING_REASONS, "missing_meals")},
        "A",
        {"beyond_limit"},
    ),
    "no place": ({"unmet": 1}, "E", {"unmet"}),
    "a place for everybody": ({"unmet": 0}, "", set()),
    **{
        reason: ({"doubts": only(QUALITY_REASONS, reason)}, "F", {reason})
        for reason in QUALITY_REASONS
    },
    **{
        reason: ({"elsewhere": only(ELSEWHERE_REASONS, reason)}, "G", {reason})
        for reason in ELSEWHERE_REASONS
    },
    "everything within the limit": (
        {
            **OLD,
            "aged_s": 370.0,
            "aged_with_steps_s": 370.0,
            "missing": only(MISSING_REASONS, "missing_meals"),
            "unmet": 2,
            "doubts": only(QUALITY_REASONS, "small_area"),
            "elsewhere": only(ELSEWHERE_REASONS, "other_subdistrict"),
        },
        "B",
        {"pace", "missing_meals", "unmet", "small_area", "other_subdistrict"},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_point_has_its_class_and_all_its_reasons(name):
    given_, letter, reasons = CASES[name]
    found = classify(evidence(**given_), limit_s=LIMIT_S)
    assert found.letter.tolist() == [letter]
    assert {one for one, held in zip(REASONS, found.reasons[0], strict=True) if held} == reasons


def test_every_class_and_every_reason_has_a_case():
    assert {letter for _, letter, _ in CASES.values()} == {"", *GAP_CLASSES}
    assert set().union(*(reasons for *_, reasons in CASES.values())) == set(REASONS)


def test_the_first_class_of_the_order_wins_as_the_others_fall_away():
    """B, then D, E, F, G: mending the first shows the next."""
    given_ = dict(CASES["everything within the limit"][0])
    letters = []
    for mended in ({}, {"aged": False}, {"missing": False}, {"unmet": 0}, {"doubts": False}):
        given_ |= mended
        letters += classify(evidence(**given_), limit_s=LIMIT_S).letter.tolist()
    assert letters == ["B", "D", "E", "F", "G"]


def random_evidence(rng, count):
    def flags(*shape):
        return rng.random((count, *shape)) < 0.3

    def times():
        return rng.choice([0.0, 299.0, 300.0, 301.0, 355.0, 400.0, np.inf], count)

    return PointEvidence(
        inhabited=rng.random(count) < 0.8,
        seconds=times(),
        straight_s=times(),
        no_street=flags(),
        cut_off=flags(),
        mismatch=flags(),
        outside=flags(),
        link=rng.integers(-1, 3, count),
        aged=flags(),
        aged_s=times(),
        aged_with_steps_s=times(),
        missing=flags(len(MISSING_REASONS)),
        unmet=rng.integers(-1, 3, count),
        doubts=flags(len(QUALITY_REASONS)),
        elsewhere=flags(len(ELSEWHERE_REASONS)),
    )


@given(st.integers(0, 2**32 - 1))
def test_uncovered_points_are_exactly_one_of_a_c_h_and_covered_ones_never(seed):
    rng = np.random.default_rng(seed)
    points = random_evidence(rng, 60)
    found = classify(points, limit_s=LIMIT_S)
    beyond = points.inhabited & (points.seconds > LIMIT_S)
    assert (np.isin(found.letter, UNCOVERED) == beyond).all()
    assert set(found.letter[~beyond].tolist()) <= {"", *COVERED}
    assert not found.reasons[~points.inhabited].any()
    for letter, one in GAP_CLASSES.items():
        causes = [REASONS.index(cause) for cause in one.causes]
        assert found.reasons[np.ix_(found.letter == letter, causes)].any(axis=1).all()
    nothing = (found.letter == "") & points.inhabited
    assert not found.reasons[nothing].any()
    order = rng.permutation(60)
    shuffled = replace(points, **{f.name: getattr(points, f.name)[order] for f in fields(points)})
    again = classify(shuffled, limit_s=LIMIT_S)
    assert (again.letter == found.letter[order]).all()
    assert (again.reasons == found.reasons[order]).all()


def test_the_table_of_classes_is_whole():
    assert sorted(PRIORITY) == sorted(GAP_CLASSES) == list("ABCDEFGH")
    assert len(set(REASONS)) == len(REASONS)
    assert len({one.id for one in GAP_CLASSES.values()}) == len(GAP_CLASSES)
    assert len({one.action for one in GAP_CLASSES.values()}) == len(GAP_CLASSES)
    for one in GAP_CLASSES.values():
        assert min(map(len, (one.zh, one.en, one.definition_zh, one.definition_en))) > 0
        assert set(one.causes) <= set(REASONS)


def test_quality_is_doubted_by_status_and_by_area_only_when_asked():
    """Four stations: planned, 349 m², 350 m², area unknown; a room of 100 m² has no least area."""
    facilities = stations(
        [(0, 0)] * 5,
        kind=["care_station"] * 4 + ["public_room"],
        status=["upgrade_planned", "", "upgraded", "", ""],
        area_m2=[np.nan, 349.0, 350.0, np.nan, 100.0],
    )
    flags, reasons = quality_doubts(facilities)
    assert reasons == ("upgrade_planned", "small_area")
    assert flags[:, 0].tolist() == [True, False, False, False, False]
    assert not flags[:, 1].any()
    measured, _ = quality_doubts(facilities, LEAST_AREA_M2)
    assert measured[:, 1].tolist() == [False, True, False, False, False]
    assert (measured[:, 0] == flags[:, 0]).all()
    without, _ = quality_doubts(stations([(0, 0)]), LEAST_AREA_M2)
    assert not without.any()


def test_a_service_that_nobody_gives_is_asked_only_when_it_is_counted():
    facilities = stations([(0, 0)], services=("elderly_care", "meals"), offers=[[True, True]])
    assert asked_services(facilities, ()) == ("meals",)
    assert asked_services(facilities, ("elderly_care", "residential")) == ("residential", "meals")
    nobody = stations([(0, 0)], services=("elderly_care", "meals"), offers=[[True, False]])
    assert asked_services(nobody, ()) == ()
    assert set(asked_services(nobody, CARE_SERVICES)) == set(CARE_SERVICES)
