"""A what-if equals the run of a project whose files have the change."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest

import geoplan
from geoplan import errors
from geoplan.domain.crs import reproject_xy
from geoplan.jobs import load_inputs, open_project
from geoplan.model.changes import Changes, Move, NewFacility
from geoplan.model.results import PlanTables
from geoplan.pipeline import changed_inputs, lay_ground, start_session
from geoplan.pipeline import plan as plan_inputs
from geoplan.stages.coverage import coverage_table
from geoplan.stages.reach import ROUNDING_S, nearest_of_homes
from geoplan.stages.unit_rows import unit_rows
from tests.projects import CORNER, METRIC, lon_lat, write_town
from tests.towns import locked

GATES_AT = [(300, 300), (700, 200), (600, 900), (200, 1000)]


def place(*xy):
    lon, lat = lon_lat([xy])[0]
    return float(lon), float(lat)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def result(town):
    return geoplan.plan(geoplan.open_project(town))


@pytest.fixture(scope="module")
def changed(result):
    return geoplan.whatif(
        result,
        add=[place(1000, 1000), geoplan.NewFacility(*place(420, 80), kind="social_work_station")],
        close=["f0"],
        move=[("f1", *place(480, 520))],
    )


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory):
    """The same project with the same change written into its facilities table."""
    folder = write_town(tmp_path_factory.mktemp("rewritten"))
    table = pd.read_csv(folder / "facilities.csv", encoding="utf-8-sig", keep_default_na=False)
    table = table.set_index("id")
    table.loc["f1", ["lon", "lat"]] = place(480, 520)
    for code, kind, xy in (
        ("new2", "social_work_station", (420, 80)),
        ("new1", "care_station", (1000, 1000)),
    ):
        table.loc[code] = [code, kind, *place(*xy), "EPSG:4490", ""]
    table.drop(index="f0").reset_index().to_csv(
        folder / "facilities.csv", index=False, encoding="utf-8-sig"
    )
    return geoplan.plan(geoplan.open_project(folder))


def test_every_table_equals_that_of_the_changed_files(changed, rewritten, result):
    for name in (field.name for field in fields(PlanTables)):
        pd.testing.assert_frame_equal(
            getattr(changed.tables, name), getattr(rewritten.tables, name), obj=name
        )
    assert changed.summary == rewritten.summary
    assert changed.findings == rewritten.findings
    assert not changed.coverage.equals(result.coverage)


def test_every_file_has_the_bytes_of_the_changed_files(changed, rewritten, tmp_path):
    one, other = changed.save(tmp_path / "one"), rewritten.save(tmp_path / "other")
    names = sorted(path.name for path in one.iterdir())
    assert names == sorted(path.name for path in other.iterdir())
    for name in names:
        if name != "manifest.json":
            assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_the_manifest_says_what_was_changed(changed, result, tmp_path):
    facts = [
        json.loads((one.save(tmp_path / name) / "manifest.json").read_text(encoding="utf-8"))
        for name, one in (("changed", changed), ("first", result))
    ]
    (told,) = facts[0]["facts"]["changes"]
    assert told["close"] == ["f0"]
    assert told["move"][0]["id"] == "f1"
    assert len(told["add"]) == 2
    assert facts[1]["facts"]["changes"] == []


def test_the_first_result_stays_and_no_change_changes_nothing(result):
    before = result.coverage.copy(), result.outcome.inputs.facilities.id.tolist()
    same = geoplan.whatif(result)
    pd.testing.assert_frame_equal(same.coverage, result.coverage)
    assert same.summary == result.summary
    geoplan.whatif(result, close=["f1"])
    pd.testing.assert_frame_equal(result.coverage, before[0])
    assert result.outcome.inputs.facilities.id.tolist() == before[1]


def test_a_public_result_stays_public_and_is_not_explored(town):
    public = geoplan.plan(geoplan.open_project(town), audience="public")
    other = geoplan.whatif(public, close=["f0"])
    assert other.outcome.settings.public
    assert other.tables.near_misses.empty
    with pytest.raises(errors.ConfigError, match="public edition"):
        geoplan.explore(public)


def gated(town):
    """Return project and inputs of the town with locked gates at four corners."""
    project = open_project(town)
    inputs = load_inputs(project, progress=lambda stage: None)
    spots = np.array(GATES_AT) + CORNER
    away = np.hypot(*(inputs.network.node_xy[:, None] - spots).transpose(2, 0, 1))
    return project, replace(inputs, network=locked(inputs.network, away.argmin(axis=0)))


def random_changes(inputs, rng):
    """Return one to three changes of different facilities and a gate."""
    ids = rng.permutation(inputs.facilities.id).tolist()
    gates = reproject_xy(inputs.network.closed_gates, METRIC, "EPSG:4490")
    spots = [place(*xy) for xy in rng.uniform(0, 1200, (3, 2))]
    kinds = ("", "care_center", "public_room")
    return Changes(
        add=tuple(NewFacility(*spots[k], kind=kinds[k]) for k in range(rng.integers(0, 3))),
        close=tuple(ids[: rng.integers(0, 2)]),
        move=tuple(Move(code, *spots[2]) for code in ids[1 : rng.integers(1, 3)]),
        open_gates=tuple(map(tuple, gates[: rng.integers(0, 2)].tolist())),
    )


def main_times(outcome):
    settings = outcome.settings
    return outcome.nearest_s[settings.profile, settings.service]


def counted_by_hand(inputs, units, covered_s, limit_s):
    """Return (subdistrict row, group) → [gained, lost], home by home."""
    sums = {}
    for home, (before, after) in enumerate(zip(*covered_s, strict=True)):
        was, now = before <= limit_s + ROUNDING_S, after <= limit_s + ROUNDING_S
        for column, group in enumerate(inputs.demand.groups):
            tally = sums.setdefault((int(units.subdistrict[home]), group), [0, 0])
            tally[0] += int(inputs.demand.people[home, column]) * (now and not was)
            tally[1] += int(inputs.demand.people[home, column]) * (was and not now)
    return sums


def assert_answers_equal(answer, before, after):
    """Compare a quick answer with the outcomes of two full runs."""
    settings = after.settings
    for got, full in ((answer.before, before), (answer.after, after)):
        table = full.tables.coverage
        rows = table[
            (table["profile"] == settings.profile)
            & (table["service"] == settings.service)
            & table["level"].isin(["district", "subdistrict"])
        ]
        pd.testing.assert_frame_equal(got, rows.reset_index(drop=True))
    inputs, units = before.inputs, before.units
    times = main_times(before), main_times(after)
    for minutes in settings.minutes:
        by_hand = counted_by_hand(inputs, units, times, minutes * 60.0)
        people = answer.people
        for (unit, group), tally in by_hand.items():
            row = people[
                (people["code"] == inputs.boundaries.code[unit])
                & (people["minutes"] == minutes)
                & (people["group"] == group)
            ]
            assert row[["gained", "lost"]].to_numpy().tolist() == [tally]
    limit_s = max(settings.minutes) * 60.0 + ROUNDING_S
    known = [np.where(one <= limit_s, one, np.inf) for one in times]
    changed = ~np.isclose(*known, rtol=0, atol=ROUNDING_S)
    assert answer.homes["id"].tolist() == inputs.demand.id[changed].tolist()
    for column, one in zip(("minutes_before", "minutes_after"), known, strict=True):
        expected = np.where(np.isfinite(one), one / 60, np.nan)[changed]
        np.testing.assert_array_equal(answer.homes[column].to_numpy(), expected)


@pytest.mark.parametrize("seed", range(5))
def test_quick_answers_equal_full_runs_one_after_another(town, seed):
    project, inputs = gated(town)
    rng = np.random.default_rng(seed)
    session = start_session(inputs, project.file)
    before = plan_inputs(inputs, project.file, progress=lambda stage: None)
    for _ in range(2):
        changes = random_changes(session.inputs, rng)
        answer = session.change(changes)
        after_inputs = changed_inputs(session.inputs, changes, service="elderly_care")
        after = plan_inputs(after_inputs, project.file, progress=lambda stage: None)
        assert answer.session.inputs.facilities.id.tolist() == after_inputs.facilities.id.tolist()
        assert_answers_equal(answer, before, after)
        session, before = answer.session, after


def test_the_four_questions_are_changes_of_one_thing(town):
    project, inputs = gated(town)
    session = start_session(inputs, project.file)
    spot, gate = place(400, 1100), place(*GATES_AT[0])
    for answer, changes in (
        (session.add(*spot), Changes(add=(NewFacility(*spot),))),
        (session.close("f1"), Changes(close=("f1",))),
        (session.move("f1", *spot), Changes(move=(Move("f1", *spot),))),
        (session.open_gate(*gate), Changes(open_gates=(gate,))),
    ):
        pd.testing.assert_frame_equal(answer.people, session.change(changes).people)
    assert session.add(*spot).opened == ("new1",)
    assert session.add(*spot).session.add(*place(0, 0)).opened == ("new2",)
    opened = [session.open_gate(*place(*at)) for at in GATES_AT]
    assert any(answer.people["gained"].any() for answer in opened)
    assert session.add(*spot, kind="library").people["gained"].sum() == 0


def test_changes_one_by_one_equal_the_changes_together(town):
    project, inputs = gated(town)
    session = start_session(inputs, project.file)
    spot = place(1000, 600)
    step = session.close("f0").session.add(*spot).session.move("f1", *place(100, 900))
    joined = Changes(add=(NewFacility(*spot),), close=("f0",), move=(Move("f1", *place(100, 900)),))
    once = session.change(joined)
    pd.testing.assert_frame_equal(step.after, once.after)
    np.testing.assert_array_equal(step.session.nearest_s, once.session.nearest_s)


def test_without_any_station_nobody_is_covered(town, result):
    session = geoplan.explore(result)
    answer = session.change(Changes(close=("f0", "f1")))
    assert answer.after["covered"].sum() == 0
    assert (answer.people["lost"] == answer.people["before"]).all()
    assert answer.people["before"].sum() > 0


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"close": ["f9"]}, errors.InputError, "no facility 'f9'"),
        ({"move": [("f9", *place(1, 1))]}, errors.InputError, "no facility 'f9'"),
        ({"close": ["f0", "f1", "f2", "f3"]}, errors.EmptyInputError, "every facility closes"),
        ({"close": ["f0", "f0"]}, errors.DuplicateIdError, "f0 is named twice"),
        (
            {"close": ["f0"], "move": [("f0", *place(1, 1))]},
            errors.DuplicateIdError,
            "f0 is named twice",
        ),
        ({"add": [place(1, 1), place(1, 1)]}, errors.DuplicateIdError, "named twice"),
        ({"add": [place(9000, 0)]}, errors.InputError, "outside the study area and its halo"),
        ({"move": [("f0", *place(9000, 0))]}, errors.InputError, "f0: .* lies outside"),
        ({"add": [(31.78, 119.97)]}, errors.InputError, "longitude, then latitude"),
        ({"add": [(float("nan"), 31.0)]}, errors.InputError, "is no position"),
        (
            {"add": [geoplan.NewFacility(*place(1, 1), kind="castle")]},
            errors.InputError,
            "no kind 'castle'",
        ),
        (
            {"add": [geoplan.NewFacility(*place(1, 1), services=("tea",))]},
            errors.InputError,
            "no service 'tea'",
        ),
        ({"open_gates": [place(1, 1)]}, errors.InputError, "no locked gate"),
    ],
)
def test_what_cannot_be_changed_is_told_in_one_sentence(change, error, words, result):
    with pytest.raises(error, match=words) as caught:
        geoplan.whatif(result, **change)
    assert "\n" not in str(caught.value)


def test_a_gate_is_found_within_thirty_metres_and_opened_once(town):
    project, inputs = gated(town)
    session = start_session(inputs, project.file)
    x, y = GATES_AT[0]
    near = session.open_gate(*place(x + 20, y + 20))
    assert len(near.session.inputs.network.closed_gates) == len(GATES_AT) - 1
    with pytest.raises(errors.InputError, match="within 30 m"):
        session.open_gate(*place(x + 40, y))
    with pytest.raises(errors.DuplicateIdError, match="named twice"):
        session.change(Changes(open_gates=(place(x, y), place(x + 1, y))))


def test_new_stations_give_what_they_are_said_to_give(result):
    facilities = result.outcome.inputs.facilities
    after = changed_inputs(
        result.outcome.inputs,
        Changes(
            add=(
                NewFacility(*place(10, 10)),
                NewFacility(*place(20, 10), services=("meals", "library")),
                NewFacility(*place(30, 10), services=("library",)),
                NewFacility(*place(40, 10), kind="public_room"),
            )
        ),
        service="social_work",
    ).facilities
    rows = [after.id.tolist().index(f"new{number}") for number in range(1, 5)]
    kinds = ["social_work_station", "care_station", "library", "public_room"]
    assert after.kind[rows].tolist() == kinds
    given = [{name for name in after.services if after.giving(name)[row]} for row in rows]
    assert given == [{"social_work"}, {"elderly_care", "meals", "library"}, {"library"}, set()]
    assert all(np.isnan(column[rows]).all() for column in after.attributes.values())
    assert facilities.id.size == after.id.size - 4


def sample_with(folder, closed, moved, added):
    """Return the inputs of a copy of the sample whose facilities table has the change."""
    shutil.copytree(open_project().folder, folder)
    path = folder / "facilities" / "tianning_facilities.csv"
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    table = table.set_index("id").drop(index=closed)
    table.loc[moved[0], ["lon", "lat"]] = [repr(value) for value in moved[1:]]
    row = {"name": "new1", "kind": "care_station", "crs": "EPSG:4490"}
    row |= dict(zip(("lon", "lat"), map(repr, added), strict=True))
    new = pd.DataFrame([dict.fromkeys(table.columns, "") | row], index=["new1"])
    whole = pd.concat([table, new]).rename_axis("id").reset_index()
    whole.to_csv(path, index=False, encoding="utf-8-sig")
    return load_inputs(open_project(folder), progress=lambda stage: None)


def test_changes_on_the_sample_equal_full_searches_of_a_changed_table(tmp_path):
    project = open_project()
    session = start_session(load_inputs(project, progress=lambda stage: None), project.file)
    rng = np.random.default_rng(5)
    crs = session.inputs.area.crs
    homes = reproject_xy(session.inputs.demand.xy, crs, "EPSG:4490").tolist()
    gates = reproject_xy(session.inputs.network.closed_gates, crs, "EPSG:4490").tolist()
    stations = session.inputs.facilities.id[session.inputs.facilities.giving("elderly_care")]
    closed, moving = rng.choice(stations, 2, replace=False).tolist()
    added, there = (homes[row] for row in rng.integers(len(homes), size=2))
    unlocked = Changes(open_gates=tuple(map(tuple, gates[:3])))
    changes = replace(
        unlocked, add=(NewFacility(*added),), close=(closed,), move=(Move(moving, *there),)
    )
    answer = session.change(changes)
    table_changed = sample_with(tmp_path / "sample", closed, (moving, *there), added)
    inputs = changed_inputs(table_changed, unlocked, service="elderly_care")
    ground = lay_ground(inputs, project.file)
    giving = inputs.facilities.giving("elderly_care")
    times, _ = nearest_of_homes(ground.graph, ground.homes, giving, limit_s=ground.limit_s)
    np.testing.assert_array_equal(answer.session.nearest_s, times)
    rows = unit_rows(inputs.boundaries, ground.units)[:2]
    key = (ground.settings.profile, "elderly_care")
    expected = coverage_table(rows, inputs.demand, {key: times}, ground.settings.minutes)
    pd.testing.assert_frame_equal(answer.after, expected)
    assert answer.people["gained"].sum() > 0
    assert answer.people["lost"].sum() > 0
