"""Levels and services on a project from its files, by Python and by the command."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

from geoplan.cli import main
from geoplan.errors import ConfigError
from geoplan.jobs import layered_project, load_inputs, open_project
from geoplan.jobs.layers import _with_halo
from geoplan.model.site_schema import LAYERED
from geoplan.pipeline import lay_ground
from geoplan.stages.reach import search_graph, walking_times
from geoplan.stages.snapping import snap
from geoplan.views.layer_sentences import layer_lines
from tests.siting_town import quiet, town

LEVELS = """
spacing_m = 300
[[siting.levels]]
name = "站"
minutes = 3
new = 1
kinds = ["care_station"]
[[siting.levels]]
name = "中心"
minutes = 6
new = 1
worth = 0.5
"""
SERVICES = """
spacing_m = 300
new = 1
[[siting.services]]
service = "meals"
minutes = 6
new = 2
[[siting.services]]
service = "bathing"
minutes = 9
new = 1
"""


def levelled(folder, wishes=LEVELS, **asked):
    home = town(folder, siting=wishes, extra_new=False)
    return layered_project(str(home), "hierarchical", asked, progress=quiet)


def serviced(folder, wishes=SERVICES, **asked):
    home = town(folder, siting=wishes, extra_new=False)
    return layered_project(str(home), "multi-service", asked, progress=quiet)


def walked(folder, wishes):
    """Return homes' weights, seconds from every candidate, and what stands, found anew."""
    opened = open_project(town(folder, siting=wishes, extra_new=False))
    inputs = load_inputs(opened, progress=quiet)
    ground, rules = lay_ground(inputs, opened.file), opened.file.siting_rules()
    people = np.where(ground.units.district >= 0, inputs.demand.of("60+"), 0)

    def seconds_from(xy):
        points = snap(inputs.network, xy, limit_m=rules.snap_m)
        graph = search_graph(inputs.network, ground.graph.costs, points)
        table = walking_times(graph, ground.homes, limit_s=1800).seconds.tocoo()
        dense = np.full(table.shape, np.inf)
        dense[table.row, table.col] = table.data
        return dense

    return inputs, people, seconds_from


def test_levels_of_a_project_are_the_best_of_all_plans(tmp_path):
    """Every pair of a station's and a centre's place is tried, on walks that are found anew."""
    report = levelled(tmp_path)
    inputs, people, seconds_from = walked(tmp_path / "again", LEVELS)
    places = seconds_from(report.siting.candidates.xy)
    near, far = places <= 180 + 1e-6, places <= 360 + 1e-6
    stations = seconds_from(inputs.facilities.xy[inputs.facilities.kind == "care_station"])
    stands = (stations <= 180 + 1e-6).any(axis=0)
    worths = [
        people[stands | near[station] | near[centre]].sum() + 0.5 * people[far[centre]].sum()
        for station, centre in itertools.product(range(len(places)), repeat=2)
        if station != centre
    ]
    assert report.siting.solution.objective == max(worths)
    assert report.siting.solution.baseline == people[stands].sum()


def test_services_of_a_project_are_the_best_of_all_plans(tmp_path):
    """One new site: bathing there or at a station, meals at any two of it and the stations."""
    report = serviced(tmp_path)
    siting = report.siting
    _, people, seconds_from = walked(tmp_path / "again", SERVICES)
    places = seconds_from(siting.candidates.xy)
    meals, baths = places <= 360 + 1e-6, places <= 540 + 1e-6
    stands = np.flatnonzero(np.char.startswith(siting.candidates.id, "stands:")).tolist()
    worths = []
    for site in range(len(places) - len(stands)):
        roofs = [site, *stands]
        bathed = max(people[baths[roof]].sum() for roof in roofs)
        fed = max(people[meals[list(two)].any(axis=0)].sum() for two in pairs(roofs))
        worths.append(bathed + fed)
    assert siting.solution.objective == max(worths)


def pairs(roofs):
    return itertools.combinations(roofs, 2)


def test_the_order_of_rows_changes_nothing(tmp_path):
    folder = town(tmp_path, siting=LEVELS, extra_new=False)
    plain = layered_project(str(folder), "hierarchical", {}, progress=quiet)
    for name in ("facilities.csv", "people.csv"):
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        table.sample(frac=1, random_state=5).to_csv(folder / name, index=False)
    shuffled = layered_project(str(folder), "hierarchical", {}, progress=quiet)
    assert plain.table.equals(shuffled.table)


def test_a_building_that_gives_a_service_is_no_new_place_beside_itself(tmp_path):
    folder = town(tmp_path, siting=SERVICES, extra_new=False)
    table = pd.read_csv(folder / "facilities.csv", dtype=str, keep_default_na=False)
    table.loc[table["kind"] == "public_room", "services"] = "meals"
    table.to_csv(folder / "facilities.csv", index=False)
    room = table.loc[table["kind"] == "public_room", "id"].item()
    siting = layered_project(str(folder), "multi-service", {}, progress=quiet).siting
    names = siting.candidates.id.tolist()
    assert f"stands:{room}" in names
    assert f"room:{room}" not in names


def test_a_level_beyond_the_longest_walk_widens_the_halo(tmp_path):
    """An adult walks 1.33 m/s: 9 minutes are 718 m, 12 minutes 958 m."""
    report = levelled(tmp_path, LEVELS.replace("minutes = 6", "minutes = 12"))
    file = open_project(tmp_path).file
    assert file.area.halo_m is None
    assert _with_halo(file, "hierarchical").area.halo_m == pytest.approx(958, abs=1)
    assert report.siting.limit_s[1] == pytest.approx(720)
    stated = file.model_copy(update={"area": file.area.model_copy(update={"halo_m": 10.0})})
    assert _with_halo(stated, "hierarchical").area.halo_m == 10.0


def test_a_number_beside_levels_that_have_their_own_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="own number new"):
        levelled(tmp_path, new=3)
    plain = town(tmp_path / "plain", siting="spacing_m = 400", extra_new=False)
    report = layered_project(str(plain), "hierarchical", {"new": 1}, progress=quiet)
    assert (report.table["layer"] == "社区站").sum() <= 1


@pytest.mark.parametrize("model", ["hierarchical", "multi-service"])
def test_a_project_of_set_covering_has_the_usual_number(tmp_path, model):
    folder = town(tmp_path, siting='spacing_m = 400\nmodel = "lscp"', extra_new=False)
    report = layered_project(str(folder), model, {}, progress=quiet)
    assert report.table["layer"].value_counts().max() <= 5


def test_levels_of_a_project_fill_up_to_what_each_may_open(tmp_path):
    report = levelled(tmp_path)
    solution = report.siting.solution
    assert solution.status == "optimal"
    assert solution.layers == ("站", "中心")
    assert len(solution.openings) <= 2
    rivals = []
    for wishes in itertools.product(("new = 0", "new = 1"), repeat=2):
        one, two = wishes
        text = LEVELS.replace("minutes = 3\nnew = 1", f"minutes = 3\n{one}")
        text = text.replace("minutes = 6\nnew = 1", f"minutes = 6\n{two}")
        rivals.append(levelled(tmp_path / f"{one[-1]}{two[-1]}", text).siting.solution.objective)
    assert max(rivals) == solution.objective
    assert min(rivals) == solution.baseline


def test_stations_stand_on_their_level_and_may_move_up(tmp_path):
    only = 'classes = ["upgrade"]\n'
    report = levelled(tmp_path, only + LEVELS)
    assert report.table["site_id"].str.startswith("stands:").all()
    assert report.table["kind"].tolist() == ["upgrade"]
    assert report.table["layer"].tolist() == ["中心"]
    # a station that becomes a centre keeps its own service and adds the wider one
    assert report.siting.covered[0] > 0
    assert report.siting.covered[1] == 0
    assert report.siting.gains[0, 0] == 0
    assert report.siting.gains[0, 1] == report.table["gain"].iloc[0] > 0


def test_people_by_layer_add_up_and_the_table_is_in_its_order(tmp_path):
    for report in (levelled(tmp_path / "l"), serviced(tmp_path / "s")):
        gains = [f"gain_{name}" for name in report.siting.solution.layers]
        assert list(report.table.columns) == [*LAYERED, *gains]
        assert np.array_equal(report.table[gains].to_numpy(), report.siting.gains)
        assert report.table["rank"].tolist() == list(range(1, len(report.table) + 1))
        siting = report.siting
        assert (siting.covered + siting.gains.sum(axis=0) <= siting.people).all()
        for column, name in enumerate(siting.solution.layers):
            served = siting.solution.served[name].sum()
            assert (served > 0) == (siting.covered[column] + siting.gains[:, column].sum() > 0)
        worth = report.table["worth"].sum()
        assert siting.solution.baseline + worth == pytest.approx(siting.solution.objective)


def test_services_share_one_roof(tmp_path):
    report = serviced(tmp_path)
    table = report.table
    new = table[table["kind"] == "new"]["site_id"].nunique()
    assert new <= 1
    assert (table["layer"] == "meals").sum() <= 2
    assert (table["layer"] == "bathing").sum() <= 1
    assert report.siting.solution.status == "optimal"


def test_a_budget_binds_sites_and_services_together(tmp_path):
    free = serviced(tmp_path / "free").siting.solution
    poor = serviced(tmp_path / "poor", budget=12.0)
    assert poor.siting.solution.objective <= free.objective
    rooms = {"room", "party_center", "idle", "upgrade", "stands"}
    assert {code.partition(":")[0] for code in poor.table["site_id"]} <= rooms


def test_without_wishes_the_usual_levels_and_the_five_care_services_are_asked(tmp_path):
    plain = town(tmp_path, siting="spacing_m = 400\nnew = 1", extra_new=False)
    levels = layered_project(str(plain), "hierarchical", {}, progress=quiet)
    assert levels.siting.solution.layers == ("社区站", "镇街中心", "区级中心")
    services = layered_project(str(plain), "multi-service", {}, progress=quiet)
    assert len(services.siting.solution.layers) == 5


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("floor = 0.5", "floor"),
        ("max_gap = 0.5", "max_gap"),
        ("capacity = { room = 5 }", "capacity"),
        ('required = ["room:f2"]', "required"),
    ],
)
def test_wishes_that_layers_do_not_keep_are_refused_by_name(tmp_path, line, key):
    with pytest.raises(ConfigError, match=rf"siting\.{key}: levels and services"):
        levelled(tmp_path, f"{line}\n{LEVELS}")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (LEVELS.replace('"中心"', '"站"'), "twice"),
        (LEVELS.replace("care_station", "castle"), "castle"),
        (SERVICES.replace("bathing", "dancing"), "dancing"),
    ],
)
def test_levels_and_services_are_checked(tmp_path, wrong, said):
    with pytest.raises(ConfigError, match=said):
        levelled(tmp_path, wrong)


def test_a_model_without_layers_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="hierarchical"):
        layered_project(str(town(tmp_path)), "mclp", {}, progress=quiet)


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", ("分级选址", "方案已证明最优")), ("en", ("by levels", "Proven"))]
)
def test_the_plan_is_said_in_words(tmp_path, lang, said):
    report = levelled(tmp_path)
    told = "\n".join(layer_lines(report.siting, report.table, lang, settings=report.settings))
    assert all(part in told for part in said)
    assert len(report.table) == sum(code in told for code in report.table["site_id"])


def run(folder, capsys, *options):
    code = main.exit_code(["site", str(folder), *options])
    return code, capsys.readouterr()


def test_the_command_prints_csv_text_and_json(tmp_path, capsys):
    folder = town(tmp_path, siting=LEVELS, extra_new=False)
    code, told = run(folder, capsys, "--model", "hierarchical")
    assert code == 0
    assert told.out.splitlines()[0] == ",".join([*LAYERED, "gain_站", "gain_中心"])
    _, told = run(folder, capsys, "--model", "hierarchical", "--format", "text")
    assert told.out.splitlines()[1].startswith("分级选址")
    _, told = run(folder, capsys, "--model", "hierarchical", "--format", "json")
    answer = json.loads(told.out)
    assert [row["rank"] for row in answer["openings"]] == [1, 2]
    assert (answer["status"], answer["bound"]) == ("optimal", answer["objective"])
    assert [one["minutes"] for one in answer["layers"]] == [3, 6]


@pytest.mark.parametrize(
    "option", [["--best", "2"], ["--why-not", "room:f2"], ["--require", "room:f2"]]
)
def test_options_that_do_not_go_with_layers_are_refused(tmp_path, capsys, option):
    code, told = run(town(tmp_path), capsys, "--model", "multi-service", *option)
    assert code == 2
    assert option[0] in told.err
    assert told.out == ""


def test_what_stands_on_a_level_is_listed_behind_the_new_places(tmp_path):
    report = levelled(tmp_path, 'classes = ["upgrade"]\n' + LEVELS)
    siting = report.siting
    standing = np.char.startswith(siting.candidates.id, "stands:")
    assert standing.sum() == 2
    assert (np.diff(standing.astype(int)) >= 0).all()


@pytest.mark.parametrize("planned", [levelled, serviced])
def test_a_plan_that_may_open_nothing_says_what_stands(tmp_path, planned):
    wishes = {levelled: LEVELS, serviced: SERVICES}[planned].replace("new = 2", "new = 0")
    report = planned(tmp_path, wishes.replace("new = 1", "new = 0"))
    siting = report.siting
    assert len(report.table) == 0
    assert siting.solution.objective == siting.solution.baseline
    lines = layer_lines(siting, report.table, "zh", settings=report.settings)
    assert lines[-1] == "方案已证明最优"


def test_a_banned_place_opens_on_no_level_and_an_unknown_one_is_an_error(tmp_path):
    free = levelled(tmp_path / "free")
    first = free.table["site_id"].iloc[0]
    barred = levelled(tmp_path / "barred", banned=(first,))
    assert first not in set(barred.table["site_id"])
    assert barred.siting.solution.objective <= free.siting.solution.objective
    with pytest.raises(ConfigError, match="street:1_1"):
        levelled(tmp_path / "unknown", banned=("street:1_1",))
