"""Facts and scorecard on a made register, every row worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from geoplan.errors import TargetError
from geoplan.model.reported import ReportedFigures
from geoplan.model.schema import COVERAGE, FACTS, REPORTED, SCORECARD, WALKING_TIMES
from geoplan.model.source import Source
from geoplan.model.targets import Edition, Target
from geoplan.stages.establishment import establishment_table
from geoplan.stages.facts import unplaced_figures
from geoplan.stages.measured import Evidence, measured
from geoplan.stages.scorecard import scorecard
from geoplan.stages.units import locate
from tests.register_town import district, inputs_of, people, register, settings

NAN = math.nan


def target(indicator, number, unit, level="district", comparison=">=", **further):
    return Target(
        id=f"set.{indicator}.{level}",
        indicator=indicator,
        text_zh="目标",
        text_en="Target",
        source="a plan",
        page="p. 3",
        number=number,
        unit=unit,
        comparison=comparison,
        level=level,
        confidence="read",
        **further,
    )


def figures(*rows):
    """Return reported figures, each (edition, level, code, indicator, value, unit, date)."""
    cells = [
        (edition, level, code, indicator, "", float(value), unit, date, "a report", False)
        for edition, level, code, indicator, value, unit, date in rows
    ]
    return ReportedFigures(pd.DataFrame(cells, columns=list(REPORTED)), Source("reported.csv", ""))


def evidence(boundaries, facilities, demand, *, reported=None, coverage=(), walks=()):
    inputs = inputs_of(boundaries, facilities, demand)
    standing = locate(boundaries, facilities.xy)
    return Evidence(
        inputs=inputs,
        homes=locate(boundaries, demand.xy),
        facility_units=standing,
        coverage=pd.DataFrame(list(coverage), columns=list(COVERAGE)),
        walking_times=pd.DataFrame(list(walks), columns=list(WALKING_TIMES)),
        establishment=establishment_table(boundaries, facilities, standing),
        figures=reported,
        edition=Edition("2021", "2021-10-31"),
    )


def card_of(found, targets):
    boundaries = found.inputs.boundaries
    return scorecard(targets, measured(found, settings(), targets), boundaries)


def known(frame, *columns):
    """Return rows as tuples, NaN as None."""
    return [
        tuple(None if isinstance(one, float) and math.isnan(one) else one for one in row)
        for row in frame[list(columns)].itertuples(index=False, name=None)
    ]


def two_subdistricts(**attributes):
    """P = 66,000 and 10,000; social-work stations with 70 and 12 workers, unless overridden."""
    staff = attributes.pop("staff", [70, 12])
    facilities = register(
        ("social_work_station", 0, 0), ("social_work_station", 1, 0), staff=staff, **attributes
    )
    demand = people((0, 0, 66_000, 15_000, 2_000), (1, 0, 10_000, 3_000, 400))
    return district(2, 1), facilities, demand


WORKERS = (
    target("social_workers_per_10000", 11, "per_10000", "subdistrict"),
    target("social_workers_per_10000", 11, "per_10000", by_child_ceiling=True),
)


def test_social_workers_are_required_in_whole_people_in_each_subdistrict():
    """11 per 10,000 of 66,000 are 72.6: 73, so 3 are missing; of 10,000 they are 11: 12 do."""
    card = card_of(evidence(*two_subdistricts()), WORKERS)
    assert known(card, "code", "value", "status", "required", "missing") == [
        ("101", 10.606061, "fail", 73.0, 3.0),
        ("102", 12.0, "pass", 11.0, 0.0),
        ("1", 10.789474, "fail", 84.0, 3.0),
    ]
    assert card["missing_codes"].tolist() == ["", "", "101"]
    assert card["missing_names"].tolist() == ["", "", "街道1"]
    assert set(card["missing_unit"]) == {"people"}


def test_one_number_for_the_district_would_hide_the_shortage():
    plain = [replace(WORKERS[1], by_child_ceiling=False, number=10.7)]
    assert card_of(evidence(*two_subdistricts()), plain)["status"].tolist() == ["pass"]
    each = [replace(WORKERS[1], number=10.7)]
    assert card_of(evidence(*two_subdistricts()), each)["status"].tolist() == ["fail"]


def test_staff_that_one_office_does_not_state_stays_unknown():
    card = card_of(evidence(*two_subdistricts(staff=[70, NAN])), WORKERS)
    assert known(card, "code", "value", "status", "required", "missing") == [
        ("101", 10.606061, "fail", 73.0, 3.0),
        ("102", None, "unknown", 11.0, None),
        ("1", None, "fail", 84.0, None),
    ]


def test_a_reported_count_of_social_workers_comes_before_the_staff_of_offices():
    reported = figures(("2021", "subdistrict", "101", "social_workers", 75, "people", ""))
    card = card_of(evidence(*two_subdistricts(), reported=reported), WORKERS[:1])
    assert known(card, "code", "value", "status", "origin") == [
        ("101", 11.363636, "pass", "derived"),
        ("102", 12.0, "pass", "computed"),
    ]


@pytest.mark.parametrize(
    ("with_room", "status", "missing"), [(97, "fail", 1.0), (98, "pass", 0.0), (122, "pass", 0.0)]
)
def test_four_fifths_of_122_communities_are_98(with_room, status, missing):
    boundaries = district(100, 22)
    rooms = [("social_work_room", int(n >= 100), n % 100) for n in range(with_room)]
    found = evidence(boundaries, register(*rooms), people((0, 0, 10, 2, 1)))
    goal = target("social_work_room_communities", 0.8, "share")
    row = card_of(found, [goal]).iloc[0]
    assert (row["status"], row["required"], row["missing"]) == (status, 98.0, missing)
    without = [one for one in row["missing_codes"].split(";") if one]
    assert len(without) == 122 - with_room
    assert without == sorted(boundaries.code[boundaries.level == "community"])[with_room:]


def test_communities_with_a_project_are_counted_among_those_on_the_map():
    """The bureau reports 3 of its 4 committees; the map has 5: 3 of 5, and both are visible."""
    reported = figures(
        ("2021", "district", "1", "communities_with_project", 3, "units", "2021-10-31"),
        ("2021", "district", "1", "communities", 4, "units", "2021-10-31"),
    )
    targets = [
        target("communities_with_project_share", 0.8, "share", deadline="2021-12-31"),
        target("communities", 4, "units", comparison="=="),
    ]
    found = evidence(district(3, 2), register(), people((0, 0, 10, 2, 1)), reported=reported)
    card = card_of(found, targets)
    columns = ("value", "status", "required", "missing", "reported_value", "pace")
    assert known(card, *columns) == [
        (0.6, "fail", 4.0, 1.0, None, 0.5),
        (5.0, "fail", 4.0, 1.0, 4.0, None),
    ]
    without = card_of(evidence(district(3, 2), register(), people((0, 0, 10, 2, 1))), targets)
    assert known(without, *columns)[0] == (None, "unknown", 4.0, None, None, None)


def test_home_care_beds_from_32_to_300_in_a_year():
    """268 are missing, twelve months are left: 22.33 a month."""
    reported = figures(("2021", "district", "1", "home_care_beds", 32, "beds", "2021-10-31"))
    goal = target("home_care_beds", 300, "beds", deadline="2022-10-31")
    found = evidence(*two_subdistricts(), reported=reported)
    row = card_of(found, [goal]).iloc[0]
    assert (row["value"], row["goal"], row["unit"], row["status"]) == (32, 300, "beds", "fail")
    assert (row["missing"], row["missing_unit"], row["pace"]) == (268, "beds", 22.33)
    assert (row["origin"], row["edition"], row["reported_value"]) == ("reported", "2021", 32)


def test_the_edition_before_stands_beside_the_newest():
    reported = figures(
        ("2021", "district", "1", "home_care_beds", 32, "beds", "2021-10-31"),
        ("2019", "district", "1", "home_care_beds", 5, "beds", ""),
        ("2020", "district", "1", "home_care_beds", 20, "beds", ""),
    )
    goal = target("home_care_beds", 300, "beds")
    row = card_of(evidence(*two_subdistricts(), reported=reported), [goal]).iloc[0]
    assert (row["value"], row["edition"]) == (32, "2021")
    assert (row["previous_value"], row["previous_edition"], row["change"]) == (20, "2020", 12)


def test_a_change_is_told_only_between_numbers_of_one_origin():
    """The share of 2020 is reported, that of 2021 computed: 60 of 80 beds."""
    facilities = register(("care_institution", 0, 0), beds=[80], nursing_beds=[60])
    reported = figures(("2020", "district", "1", "nursing_bed_share", 0.7, "share", ""))
    boundaries, _, demand = two_subdistricts()
    goal = target("nursing_bed_share", 0.7, "share")
    row = card_of(evidence(boundaries, facilities, demand, reported=reported), [goal]).iloc[0]
    assert (row["value"], row["previous_value"], row["reported_value"]) == (0.75, 0.7, 0.7)
    assert math.isnan(row["change"])


def test_beds_and_their_share_by_hand():
    """100 + 60 beds for 18,000 older people: 8.89 for 1,000, and 40 would be 720."""
    boundaries, _, demand = two_subdistricts()
    facilities = register(
        ("care_institution", 0, 0),
        ("care_institution", 1, 0),
        beds=[100, 60],
        nursing_beds=[90, 30],
        area_m2=[4000, 2000],
    )
    targets = [
        target("beds_per_1000", 40, "per_1000"),
        target("nursing_bed_share", 0.55, "share"),
        target("nursing_bed_share", 0.55, "share", "subdistrict"),
        target("least_m2_per_bed", 35, "m2_per_bed"),
        target("least_institution_beds", 20, "beds"),
        target("care_institutions", 2, "facilities", comparison="=="),
    ]
    card = card_of(evidence(boundaries, facilities, demand), targets)
    assert known(card, "code", "value", "status", "required", "missing", "missing_codes") == [
        ("1", 8.888889, "fail", 720.0, 560.0, ""),
        ("1", 0.75, "pass", 88.0, 0.0, ""),
        ("101", 0.9, "pass", 55.0, 0.0, ""),
        ("102", 0.5, "fail", 33.0, 3.0, ""),
        ("1", 33.333333, "fail", None, None, "f1"),
        ("1", 60.0, "pass", 20.0, 0.0, "f1"),
        ("1", 2.0, "pass", 2.0, 0.0, ""),
    ]


def test_the_smallest_is_not_known_while_one_states_no_size():
    boundaries, _, demand = two_subdistricts()
    facilities = register(
        ("care_station", 0, 0),
        ("care_station", 0, 1),
        ("care_station", 1, 0),
        area_m2=[90, NAN, 80],
    )
    targets = [
        target("least_station_m2", 350, "m2", level) for level in ("subdistrict", "district")
    ]
    card = card_of(evidence(boundaries, facilities, demand), targets)
    assert known(card, "code", "value", "status", "missing", "missing_codes") == [
        ("101", None, "unknown", None, ""),
        ("102", 80.0, "fail", 270.0, "f2"),
        ("1", None, "unknown", None, ""),
    ]


def test_nursing_beds_that_one_institution_does_not_state_stay_unknown():
    boundaries, _, demand = two_subdistricts()
    facilities = register(
        ("care_institution", 0, 0),
        ("care_institution", 1, 0),
        beds=[100, 60],
        nursing_beds=[90, NAN],
    )
    targets = [
        target("nursing_bed_share", 0.5, "share", level) for level in ("subdistrict", "district")
    ]
    card = card_of(evidence(boundaries, facilities, demand), targets)
    assert card["status"].tolist() == ["pass", "unknown", "unknown"]
    assert known(card, "required")[1:] == [(30.0,), (80.0,)]


def test_a_register_without_the_kind_says_nothing_about_it():
    targets = [
        target("care_center_subdistricts", 1.0, "share"),
        target("beds_per_1000", 40, "per_1000"),
        target("care_institutions", 2, "facilities"),
        target("least_center_m2", 1000, "m2"),
    ]
    card = card_of(evidence(*two_subdistricts()), targets)
    assert set(card["status"]) == {"unknown"}
    assert known(card, "required", "missing", "missing_codes") == [
        (2.0, None, ""),
        (720.0, None, ""),
        (2.0, None, ""),
        (1000.0, None, ""),
    ]


def test_a_kind_that_the_register_lists_elsewhere_is_known_to_be_absent_here():
    boundaries, _, demand = two_subdistricts()
    outside = register(("care_center", 50, 50), area_m2=[900])
    card = card_of(
        evidence(boundaries, outside, demand), [target("care_center_subdistricts", 1.0, "share")]
    )
    assert known(card, "value", "status", "missing", "missing_codes") == [
        (0.0, "fail", 2.0, "101;102")
    ]


def test_floor_area_needs_households():
    boundaries, _, demand = two_subdistricts()
    facilities = register(("care_station", 0, 0), ("care_center", 0, 1), area_m2=[400, 800])
    goal = [target("care_m2_per_100_households", 15, "m2_per_100hh")]
    unknown = card_of(evidence(boundaries, facilities, demand), goal)
    assert unknown["status"].tolist() == ["unknown"]
    reported = figures(("2021", "district", "1", "households", 25_000, "households", ""))
    card = card_of(evidence(boundaries, facilities, demand, reported=reported), goal)
    # 1,200 m² for 25,000 households are 4.8 for 100; 15 would be 3,750 m²
    assert known(card, "value", "status", "required", "missing", "missing_unit") == [
        (4.8, "fail", 3750.0, 2550.0, "m2")
    ]


def test_people_served_stand_beside_people_who_can_walk():
    reported = figures(
        ("2021", "district", "1", "home_visit_people", 3_240, "people", ""),
        ("2021", "district", "1", "home_visit_80_people", 2_390, "people", ""),
    )
    targets = [
        target("home_visit_share", 0.18, "share"),
        target("home_visit_80_share", 1.0, "share"),
    ]
    card = card_of(evidence(*two_subdistricts(), reported=reported), targets)
    assert known(card, "value", "status", "required", "missing", "origin") == [
        (0.18, "pass", 3240.0, 0.0, "derived"),
        (0.995833, "fail", 2400.0, 10.0, "derived"),
    ]


def test_a_people_table_without_the_group_leaves_the_share_unknown():
    boundaries, facilities, _ = two_subdistricts()
    demand = people((0, 0, 66_000), groups=("all",))
    card = card_of(
        evidence(boundaries, facilities, demand),
        [target("beds_per_1000", 40, "per_1000"), target("home_visit_80_share", 1.0, "share")],
    )
    assert known(card, "status", "required") == [("unknown", None), ("unknown", None)]


def coverage_rows():
    return [
        ("district", "1", "区", service, profile, minutes, group, total, covered, 0.0)
        for service, profile, minutes, group, total, covered in (
            ("elderly_care", "elder60", 15, "60+", 18_000, 12_001),
            ("elderly_care", "elder60", 5, "60+", 18_000, 3_000),
            ("elderly_care", "std_dist", 5, "60+", 18_000, 1_000),
            ("meals", "elder60", 15, "all", 76_000, 38_000),
        )
    ]


def test_coverage_is_taken_as_the_target_asks_or_as_the_project_chose():
    targets = [
        target("covered_share", 0.6667, "share"),
        target("covered_share", 0.5, "share", service="meals", group="all", minutes=15),
        target("covered_share", 1.0, "share", profile="std_dist", minutes=5),
        target("people_covered", 12_000, "people"),
        target("covered_share", 0.5, "share", service="bathing"),
    ]
    card = card_of(evidence(*two_subdistricts(), coverage=coverage_rows()), targets)
    assert known(card, "value", "status", "required", "missing") == [
        (0.666722, "pass", 12001.0, 0.0),
        (0.5, "pass", 38000.0, 0.0),
        (0.055556, "fail", 18000.0, 17000.0),
        (12001.0, "pass", 12000.0, 0.0),
        (None, "unknown", None, None),
    ]


def test_walking_times_and_the_service_radius():
    walks = [
        ("district", "1", "区", "elderly_care", profile, "60+", 18_000, 0, mean, 6.0, 14.0, longest)
        for profile, mean, longest in (("elder60", 7.25, 21.5), ("std_dist", 6.0, 11.5))
    ]
    targets = [
        target("mean_walk_minutes", 8, "minutes", comparison="<="),
        target("p90_walk_minutes", 15, "minutes", comparison="<="),
        target("longest_walk_minutes", 15, "minutes", comparison="<="),
        target("longest_walk_m", 700, "m", comparison="<="),
    ]
    card = card_of(evidence(*two_subdistricts(), walks=walks), targets)
    assert known(card, "value", "status", "missing", "missing_unit") == [
        (7.25, "pass", 0.0, "minutes"),
        (14.0, "pass", 0.0, "minutes"),
        (21.5, "fail", 6.5, "minutes"),
        (690.0, "pass", 0.0, "m"),
    ]


def test_a_later_report_replaces_what_was_computed_before():
    reported = figures(("2022", "district", "1", "nursing_bed_share", 0.9, "share", "2022-10-31"))
    facilities = register(("care_institution", 0, 0), beds=[80], nursing_beds=[60])
    boundaries, _, demand = two_subdistricts()
    goal = target("nursing_bed_share", 0.8, "share")
    row = card_of(evidence(boundaries, facilities, demand, reported=reported), [goal]).iloc[0]
    assert (row["value"], row["edition"], row["origin"]) == (0.9, "2022", "reported")
    assert (row["status"], row["previous_value"]) == ("pass", 0.75)


def test_a_reported_figure_answers_where_nothing_is_computed():
    reported = figures(("2021", "district", "1", "nursing_bed_share", 0.809, "share", ""))
    goal = target("nursing_bed_share", 0.8, "share")
    row = card_of(evidence(*two_subdistricts(), reported=reported), [goal]).iloc[0]
    assert (row["value"], row["status"], row["origin"]) == (0.809, "pass", "reported")


def test_a_figure_of_a_unit_that_is_not_on_the_map_is_handed_back():
    reported = figures(
        ("2021", "district", "1", "home_care_beds", 32, "beds", ""),
        ("2021", "subdistrict", "199", "home_care_beds", 3, "beds", ""),
        ("2021", "subdistrict", "1", "home_care_beds", 3, "beds", ""),
    )
    strange = unplaced_figures(reported, district(2, 1))
    assert strange["code"].tolist() == ["199", "1"]


def test_a_target_of_a_level_that_the_map_does_not_have_is_still_told():
    boundaries, facilities, demand = two_subdistricts()
    keep = boundaries.level == "district"
    alone = replace(
        boundaries,
        **{
            name: getattr(boundaries, name)[keep]
            for name in ("code", "name", "level", "parent", "geometry", "made")
        },
    )
    card = card_of(evidence(alone, facilities, demand), WORKERS)
    assert known(card, "code", "level", "status") == [
        ("", "subdistrict", "unknown"),
        ("1", "district", "unknown"),
    ]


def test_a_unit_of_another_kind_is_an_error():
    found = evidence(*two_subdistricts())
    boundaries = found.inputs.boundaries
    goal = target("home_care_beds", 300, "people")
    facts = measured(found, settings(), [])
    with pytest.raises(TargetError, match=r"'people', but home_care_beds is counted in 'beds'"):
        scorecard([goal], facts, boundaries)
    wrong = facts.assign(unit=facts["unit"].replace("per_10000", "per_1000"))
    with pytest.raises(TargetError, match=r"'per_1000', but .* is counted in 'per_10000'"):
        scorecard([], wrong, boundaries)
    strange = facts.assign(indicator="happiness")
    with pytest.raises(TargetError, match="indicator 'happiness' is not in the table"):
        scorecard([], strange, boundaries)


def test_two_facts_of_one_origin_are_a_fault():
    found = evidence(*two_subdistricts())
    facts = measured(found, settings(), WORKERS)
    twice = pd.concat([facts, facts], ignore_index=True)
    with pytest.raises(ValueError, match="about the same"):
        scorecard(WORKERS, twice, found.inputs.boundaries)


def test_columns_and_order_are_fixed():
    reported = figures(("2021", "district", "1", "home_care_beds", 32, "beds", "2021-10-31"))
    found = evidence(*two_subdistricts(), reported=reported, coverage=coverage_rows())
    targets = [target("covered_share", 1.0, "share"), *WORKERS]
    facts = measured(found, settings(), targets)
    assert tuple(facts.columns) == FACTS
    assert not facts.duplicated(["indicator", "level", "code", "group", "edition", "origin"]).any()
    card = scorecard(targets, facts, found.inputs.boundaries)
    assert tuple(card.columns) == SCORECARD
    mixed = facts.sample(frac=1, random_state=np.random.default_rng(5))
    assert card.equals(scorecard(targets, mixed, found.inputs.boundaries))
    assert scorecard([], facts, found.inputs.boundaries).columns.tolist() == list(SCORECARD)
