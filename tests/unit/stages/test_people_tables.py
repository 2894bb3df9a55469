"""Walking times, bundles, choices, the service matrix and certainty, against people one by one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geoplan.domain.kinds import BUNDLE, CARE_SERVICES
from geoplan.domain.profiles import PROFILES, SPEED_UNCERTAINTY_M_S, Profile
from geoplan.model.demand import Demand
from geoplan.model.facilities import Facilities
from geoplan.model.reach import WalkTimes
from geoplan.stages.border_points import NamedPoints, border_points_table
from geoplan.stages.certainty import certainty_table, doubted_costs, doubtful_streets
from geoplan.stages.choices import bundles_table, choices_table, service_matrix
from geoplan.stages.coverage import coverage_table
from geoplan.stages.facility_reach import people_reached
from geoplan.stages.network import walk_costs
from geoplan.stages.snapping import snap
from geoplan.stages.time_statistics import walking_times_table
from geoplan.stages.unit_rows import Rows, place_rows, road_rows, unit_rows
from geoplan.stages.units import locate
from tests.towns import CRS, SOURCE, network_of
from tests.unit.stages.test_counting import people, two_halves

seeds = st.integers(0, 2**32 - 1)
KEYS = ["level", "code", "name", "group"]


def random_town(seed):
    """Return boundaries, their rows, random homes (some outside), and random times."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 40))
    xy = np.column_stack([rng.choice(np.arange(-50, 2051, 50), count), rng.choice([0, 50], count)])
    everyone = rng.integers(0, 6, count)
    demand = people(xy, np.column_stack([everyone, rng.integers(0, everyone + 1)]))
    boundaries = two_halves()
    units = locate(boundaries, demand.xy)
    rows = [*unit_rows(boundaries, units), place_rows(boundaries, units, demand)]
    return rng, demand, rows


def everybody(demand, rows, group):
    """Yield each unit with the points of its people, one entry a person."""
    for one in rows:
        for unit, (code, name) in enumerate(zip(one.code, one.name, strict=True)):
            points = np.flatnonzero(one.member == unit)
            yield (one.level, code, name), np.repeat(points, demand.of(group)[points])


def random_times(rng, count):
    return rng.choice([60.0, 299.0, 300.0, 450.5, 900.0, 901.0, 4000.0, np.inf], count)


@given(seeds)
def test_walking_times_are_those_of_people_in_a_queue(seed):
    rng, demand, rows = random_town(seed)
    times = random_times(rng, len(demand.id))
    table = walking_times_table(rows, demand, {("p", "s"): times}).set_index(KEYS)
    for group in demand.groups:
        for unit, points in everybody(demand, rows, group):
            got, queue = table.loc[(*unit, group)], np.sort(times[points]) / 60
            walk = queue[np.isfinite(queue)]
            assert got["people"] == queue.size
            assert got["no_way"] == queue.size - walk.size
            mean, longest = (walk.mean(), walk.max()) if walk.size else (np.nan, np.nan)
            half = queue[(queue.size + 1) // 2 - 1] if queue.size else np.inf
            most = queue[int(np.ceil(0.9 * queue.size - 1e-9)) - 1] if queue.size else np.inf
            for column, value in (
                ("mean_min", mean),
                ("max_min", longest),
                ("median_min", half),
                ("p90_min", most),
            ):
                expected = value if np.isfinite(value) else np.nan
                assert got[column] == pytest.approx(expected, abs=0.0051, nan_ok=True), column


@given(seeds)
def test_bundles_and_choices_count_each_person_once(seed):
    rng, demand, rows = random_town(seed)
    count, facilities = len(demand.id), int(rng.integers(1, 6))
    matrix = rng.choice([0.0, 100.0, 300.0, 800.0, 900.0], (facilities, count))
    stored = rng.random((facilities, count)) < 0.4
    row, column = np.nonzero(stored)
    seconds = csr_array((matrix[stored], (row, column)), shape=stored.shape)
    gives = rng.random(facilities) < 0.7
    pairs = WalkTimes(seconds=seconds, limit_s=900.0)
    choices = choices_table(rows, demand, {"p": pairs}, {"s": gives}, [5, 15]).set_index(
        [*KEYS, "minutes"]
    )
    near = {("p", one): random_times(rng, count) for one in BUNDLE}
    bundles = bundles_table(rows, demand, near, [5, 15]).set_index([*KEYS, "minutes"])
    for group in demand.groups:
        for unit, points in everybody(demand, rows, group):
            for limit in (5, 15):
                within = stored & (matrix <= limit * 60) & gives[:, None]
                chosen = np.minimum(within.sum(axis=0), 3)[points]
                got = choices.loc[(*unit, group, limit), ["none", "one", "two", "more"]]
                assert got.tolist() == np.bincount(chosen, minlength=4).tolist()
                bundle = np.sum([near["p", one] <= limit * 60 for one in BUNDLE], axis=0)[points]
                got = bundles.loc[(*unit, group, limit), ["none", "one", "two", "three"]]
                assert got.tolist() == np.bincount(bundle, minlength=4).tolist()


def test_a_service_that_nobody_gives_leaves_everybody_without_it():
    demand = people([(100, 50)], [(10, 4)])
    boundaries = two_halves()
    rows = unit_rows(boundaries, locate(boundaries, demand.xy))[:1]
    here = np.array([60.0])
    bundles = bundles_table(rows, demand, {("p", "elderly_care"): here}, [5])
    assert bundles[["none", "one", "two", "three"]].to_numpy().tolist() == [
        [0, 10, 0, 0],
        [0, 4, 0, 0],
    ]
    matrix = service_matrix(rows, demand, {"meals": here}, "60+", limit_s=300.0)
    assert matrix["covered_meals"].tolist() == [4]
    assert matrix["missing"].tolist() == ["residential;activity;bathing;rights"]
    assert matrix["partly"].tolist() == [""]


def test_the_matrix_says_what_most_miss_and_what_some_miss():
    """Of 9 older people 5 reach meals (partly), 4 reach bathing (missing), all reach the rest."""
    demand = people([(100, 50), (200, 50)], [(10, 5), (10, 4)])
    boundaries = two_halves()
    rows = unit_rows(boundaries, locate(boundaries, demand.xy))
    times = {one: np.array([60.0, 60.0]) for one in CARE_SERVICES}
    times["meals"] = np.array([60.0, 301.0])
    times["bathing"] = np.array([np.inf, 300.0])
    table = service_matrix(rows, demand, times, "60+", limit_s=300.0).set_index("name")
    assert table.loc["D", ["people", "covered_meals", "covered_bathing"]].tolist() == [9, 5, 4]
    assert table.loc["D", ["missing", "partly"]].tolist() == ["bathing", "meals"]
    assert table.loc["e1", ["people", "missing", "partly"]].tolist() == [0, "", ""]


@given(seeds)
def test_certain_likely_only_if_and_never_split_the_people(seed):
    rng, demand, rows = random_town(seed)
    variants = [random_times(rng, len(demand.id)) for _ in range(6)]
    table = certainty_table(rows, demand, {"s": variants}, [5, 15], profile="p")
    table = table.set_index([*KEYS, "minutes"])
    assert (table[["certain", "likely", "only_if", "never"]].sum(axis=1) == table["people"]).all()
    for group in demand.groups:
        for unit, points in everybody(demand, rows, group):
            times = np.sum([one <= 900 for one in variants], axis=0)[points]
            got = table.loc[(*unit, group, 15)]
            assert got["certain"] == (times == 6).sum()
            assert got["likely"] == ((times == 4) | (times == 5)).sum()
            assert got["only_if"] == ((times > 0) & (times < 4)).sum()


def test_six_walks_are_doubted_at_three_speeds_with_and_without_the_track():
    network = network_of(
        [(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)], way_class=np.array(["residential", "track"])
    )
    assert doubtful_streets(network).tolist() == [False, True]
    costs = doubted_costs(network, PROFILES["elder60"])
    paces = [1.0, 1.0 - SPEED_UNCERTAINTY_M_S, 1.0 + SPEED_UNCERTAINTY_M_S]
    assert [one.leg_speed_m_s for one in costs] == pytest.approx([*paces, *paces])
    for position, one in enumerate(costs):
        assert one.forward_s[0] == pytest.approx(100 / paces[position % 3])
        assert np.isfinite(one.backward_s[1]) == (position < 3)
    whole = walk_costs(network, PROFILES["elder60"])
    assert (costs[0].forward_s == whole.forward_s).all()


def test_a_very_slow_walker_stays_a_walker():
    assert Profile(speed_m_s=0.15).faster(-0.1).speed_m_s == 0.1


@given(seeds)
def test_more_doubt_less_certainty_and_the_counted_walk_lies_between(seed):
    rng, demand, rows = random_town(seed)
    base = random_times(rng, len(demand.id))
    slower, faster = base * 1.1, base * 0.9
    table = certainty_table(rows, demand, {"s": [base, slower, faster]}, [15], profile="p")
    covered = coverage_table(rows, demand, {("p", "s"): base}, [15])["covered"].to_numpy()
    assert (table["certain"].to_numpy() <= covered).all()
    assert (covered <= (table["people"] - table["never"]).to_numpy()).all()


def test_a_point_on_a_border_is_listed_with_both_units():
    boundaries = two_halves()
    xy = np.array([[1000.0, 50.0], [250.0, 50.0]])
    points = NamedPoints("demand", np.array(["h0", "h1"]), np.array(["Mill", ""]), xy)
    table = border_points_table(boundaries, [points])
    assert table[["id", "level", "counted_in", "also_touches"]].to_numpy().tolist() == [
        ["h0", "subdistrict", "11", "12"],
        ["h0", "community", "112", "121"],
    ]
    units = locate(boundaries, xy)
    assert boundaries.code[units.community[0]] == "112"
    assert table["lon"].notna().all()


def test_a_point_where_three_units_meet_is_counted_once_and_listed_twice():
    boundaries = two_halves()
    corner = np.array([[1000.0, 100.0]])
    extra = shapely.box(900, 100, 1100, 200)
    from dataclasses import replace

    more = replace(
        boundaries,
        code=np.append(boundaries.code, "123"),
        name=np.append(boundaries.name, "north"),
        level=np.append(boundaries.level, "community"),
        parent=np.append(boundaries.parent, "12"),
        geometry=np.append(boundaries.geometry, extra),
        made=np.append(boundaries.made, False),
    )
    points = NamedPoints("facility", np.array(["f"]), np.array(["F"]), corner)
    table = border_points_table(more, [points])
    communities = table[table["level"] == "community"]
    assert communities["counted_in"].tolist() == ["112", "112"]
    assert communities["also_touches"].tolist() == ["121", "123"]


def test_homes_belong_to_the_road_of_their_nearest_street():
    network = network_of(
        [(0, 50), (1000, 50), (2000, 50)], [(0, 1), (1, 2)], name=np.array(["Mill Lane", ""])
    )
    demand = people(
        [(100, 60), (900, 60), (1500, 60), (1999, 5000)], [(1, 0), (2, 0), (4, 0), (8, 0)]
    )
    boundaries = two_halves()
    homes = snap(network, demand.xy, limit_m=60.0)
    rows = road_rows(boundaries, locate(boundaries, demand.xy), network, homes)
    assert list(zip(rows.code, rows.name, strict=True)) == [("11", "Mill Lane"), ("12", "")]
    assert rows.sums(demand.people)[:, 0].tolist() == [3, 4]


def facilities_of(kinds, offers):
    count = len(kinds)
    return Facilities(
        id=np.array([f"f{row}" for row in range(count)]),
        name=np.array([f"F{row}" for row in range(count)]),
        kind=np.array(kinds),
        xy=np.zeros((count, 2)),
        services=("elderly_care", "social_work"),
        offers=np.array(offers, bool),
        status=np.array([""] * count),
        community=np.array([""] * count),
        crs=CRS,
        source=SOURCE,
    )


@given(seeds)
def test_marginal_in_order_and_union_shares_sum_to_the_union(seed):
    """Closing places one by one loses, in order, exactly the union; even shares sum to it."""
    rng = np.random.default_rng(seed)
    count, homes = int(rng.integers(1, 6)), int(rng.integers(1, 25))
    facilities = facilities_of(["care_station"] * count, [[True, False]] * count)
    counts = rng.integers(0, 9, homes)
    demand = Demand(
        id=np.array([f"h{row:02d}" for row in range(homes)]),
        place=np.array([""] * homes),
        xy=np.zeros((homes, 2)),
        groups=("all",),
        people=counts[:, None],
        community=np.array([""] * homes),
        crs=CRS,
        source=SOURCE,
    )
    stored = rng.random((count, homes)) < 0.4
    row, column = np.nonzero(stored)
    seconds = csr_array((np.full(row.size, 60.0), (row, column)), shape=stored.shape)
    table = people_reached(facilities, demand, WalkTimes(seconds=seconds, limit_s=900.0), [15])
    union = counts[stored.any(axis=0)].sum()
    assert table["union_share_15"].sum() == pytest.approx(union, abs=0.001 * count)
    assert (table["people_15"] <= union).all()
    assert union <= table["people_15"].sum()
    assert (table["marginal_15"] <= table["union_share_15"] + 0.001).all()
    lost, open_rows = 0, list(range(count))
    while open_rows:
        left = stored[open_rows]
        times = csr_array((np.full(left.sum(), 60.0), np.nonzero(left)), shape=left.shape)
        some = facilities_of(["care_station"] * len(open_rows), [[True, False]] * len(open_rows))
        now = people_reached(some, demand, WalkTimes(seconds=times, limit_s=900.0), [15])
        lost += int(now["marginal_15"].iloc[0])
        open_rows.pop(0)
    assert lost == union


def test_a_kind_without_a_service_of_its_own_has_no_share():
    facilities = facilities_of(["public_room", "care_station"], [[False, False], [True, False]])
    demand = people([(0, 0)], [(10, 1)])
    seconds = csr_array((np.array([60.0, 60.0]), ([0, 1], [0, 0])), shape=(2, 1))
    table = people_reached(facilities, demand, WalkTimes(seconds=seconds, limit_s=900.0), [15])
    assert table["people_15"].tolist() == [10, 10]
    assert table["marginal_15"].tolist() == [0, 10]
    assert pd.isna(table["union_share_15"][0])
    assert table["union_share_15"][1] == 10


@given(seeds)
def test_no_facility_reaches_nobody_and_children_sum_in_every_table(seed):
    _rng, demand, rows = random_town(seed)
    nobody = np.full(len(demand.id), np.inf)
    near = {("p", one): nobody for one in BUNDLE}
    bundles = bundles_table(rows, demand, near, [5])
    assert (bundles["none"] == bundles["people"]).all()
    times = walking_times_table(rows, demand, {("p", "s"): nobody})
    assert (times["no_way"] == times["people"]).all()
    assert times[["mean_min", "median_min", "p90_min", "max_min"]].isna().all(axis=None)
    for table, columns in ((bundles, ["people", "none", "one"]), (times, ["people", "no_way"])):
        sums = table.groupby(["level", "group"])[columns].sum()
        for level in ("subdistrict", "community", "place"):
            pd.testing.assert_frame_equal(sums.loc["district"], sums.loc[level])


def test_rows_outside_every_unit_are_nobodys():
    rows = Rows("district", np.array(["1"]), np.array(["D"]), np.array([-1, 0]))
    assert rows.sums(np.array([[5], [7]])).tolist() == [[7]]


def test_a_border_is_a_centimetre_in_degrees_too():
    """Half a centimetre east of 120° is on the border, two metres east of it is not."""
    from dataclasses import replace

    halves = [shapely.box(119, 31, 120, 32), shapely.box(120, 31, 121, 32)]
    boundaries = replace(
        two_halves(),
        code=np.array(["1", "11", "12"]),
        name=np.array(["D", "W", "E"]),
        level=np.array(["district", "subdistrict", "subdistrict"]),
        parent=np.array(["", "1", "1"]),
        geometry=np.array([shapely.box(119, 31, 121, 32), *halves], dtype=object),
        made=np.zeros(3, bool),
        crs="EPSG:4490",
    )
    units = locate(boundaries, np.array([[120 + 5e-8, 31.5], [120 + 2e-5, 31.5]]))
    assert boundaries.name[units.subdistrict].tolist() == ["W", "E"]
