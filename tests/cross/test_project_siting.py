"""Every model and every wish of [siting] on a project from its files, held from outside."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

import geoplan
from geoplan.errors import ConfigError, InfeasibleError
from geoplan.jobs import load_inputs, open_project
from geoplan.model.site_study import StudyRequest
from geoplan.pipeline import lay_ground, study_sites
from geoplan.pipeline.site_variants import site_variants, with_closed_street
from geoplan.pipeline.siting import recommend, site_problem, standing_walks
from geoplan.solvers.table import MODELS
from geoplan.stages.asked_plans import index_array
from geoplan.stages.reach import nearest_of_homes, search_graph, walking_times
from geoplan.stages.site_people import served_after
from geoplan.stages.site_tables import study_tables
from geoplan.stages.street_changes import closed_costs
from tests.siting_town import quiet, town


def posed(folder, *, stretch=1.0):
    """Return the ground, the wishes, the walk to the nearest and the problem of a project."""
    opened = open_project(folder)
    inputs = load_inputs(opened, progress=quiet)
    ground, rules = lay_ground(inputs, opened.file), opened.file.siting_rules()
    nearest_s, _ = nearest_of_homes(
        ground.graph, ground.homes, inputs.facilities.giving(rules.service)
    )
    return ground, rules, nearest_s, site_problem(ground, rules, nearest_s, stretch=stretch)


def plan_of(folder):
    _, rules, _, asked = posed(folder)
    return recommend(asked, rules), rules


def studied(folder, **request):
    opened = open_project(folder)
    inputs = load_inputs(opened, progress=quiet)
    return study_sites(inputs, opened.file, StudyRequest(**request), progress=quiet)


def every_plan(asked, new):
    """Return the rows of every set of at most so many candidates."""
    count = asked.candidates.id.size
    return [
        index_array(rows)
        for size in range(new + 1)
        for rows in itertools.combinations(range(count), size)
    ]


def test_the_people_of_the_plan_are_those_of_a_full_run_with_its_sites(tmp_path):
    folder = town(tmp_path)
    result = geoplan.plan(geoplan.open_project(folder))
    places = result.recommendations[["lon", "lat"]].to_numpy()
    after = geoplan.whatif(result, add=[tuple(place) for place in places])
    share = result.recommendations["cumulative_share"].iloc[-1]
    assert after.summary["share"] == pytest.approx(share, abs=2e-6)
    assert after.summary["covered"] > result.summary["covered"]


@pytest.mark.parametrize("model", ["mclp", "backup"])
def test_a_model_of_coverage_finds_the_best_of_all_plans(tmp_path, model):
    folder = town(tmp_path, siting=f'model = "{model}"\nspacing_m = 300')
    siting, rules = plan_of(folder)
    asked, problem = siting.asked, siting.asked.question.problem
    reach = asked.reach.toarray() > 0
    standing = problem.cost.toarray()[asked.candidates.id.size :] > 0
    times = standing.sum(axis=0)
    if model == "mclp":
        values = [
            problem.weight[(times > 0) | reach[rows].any(axis=0)].sum()
            for rows in every_plan(asked, rules.new)
        ]
        assert siting.solution.objective == max(values)
    else:
        counts = [times + reach[rows].sum(axis=0) for rows in every_plan(asked, rules.new)]
        worth = [
            (problem.weight[count > 0].sum(), problem.weight[count > 1].sum()) for count in counts
        ]
        assert siting.solution.objective == max(worth)[1]
    assert siting.solution.status == "optimal"


def test_the_models_of_walking_count_every_home_with_a_way(tmp_path):
    folder = town(tmp_path, siting='model = "p-median"\nspacing_m = 300\nreach_minutes = 30')
    siting, rules = plan_of(folder)
    asked, problem = siting.asked, siting.asked.question.problem
    walks = problem.cost.toarray()
    walks[walks == 0] = np.inf  # no home of the town stands at a facility's door
    fixed = walks[problem.rules.fixed].min(axis=0)
    values = [
        (problem.weight * np.minimum(fixed, walks[rows].min(axis=0, initial=np.inf))).sum()
        for rows in every_plan(asked, rules.new)
    ]
    assert siting.solution.objective == pytest.approx(min(values))
    farthest = plan_of(town(tmp_path / "far", siting='model = "p-center"\nspacing_m = 300'))[0]
    assert (
        farthest.solution.objective
        <= min(
            np.minimum(fixed, walks[rows].min(axis=0, initial=np.inf))[problem.weight > 0].max()
            for rows in every_plan(asked, rules.new)
        )
        + 1e-6
    )


def test_set_covering_serves_all_who_can_be_served_and_names_the_others(tmp_path):
    siting, _ = plan_of(town(tmp_path, siting='model = "lscp"', extra_new=False))
    asked, solution = siting.asked, siting.solution
    reachable = asked.covered | (asked.reach.sum(axis=0) > 0)
    counted = asked.question.problem.weight > 0
    served = served_after(asked, asked.rows(solution.sites))
    assert (served[counted] == reachable[counted]).all()
    names = np.array(asked.labels.demand)[counted & ~reachable]
    assert solution.unreachable == tuple(names)


def test_spread_sites_keep_away_from_what_stands(tmp_path):
    siting, rules = plan_of(town(tmp_path, siting='model = "p-dispersion"\nspacing_m = 300'))
    asked = siting.asked
    apart = asked.question.problem.distance
    standing = list(range(asked.candidates.id.size, apart.shape[0]))
    best = max(
        min(apart[one, two] for one in rows for two in [*rows, *standing] if one != two)
        for rows in itertools.combinations(range(asked.candidates.id.size), rules.new)
    )
    assert siting.solution.objective == pytest.approx(best)


def test_worst_first_leaves_the_worst_subdistrict_better_off_than_any_other_plan(tmp_path):
    siting, rules = plan_of(town(tmp_path, siting='model = "worst-first"\nspacing_m = 300'))
    asked, problem = siting.asked, siting.asked.question.problem

    def worst(rows):
        served = served_after(asked, rows)
        return min(
            problem.weight[served & (problem.region == region)].sum()
            / problem.weight[problem.region == region].sum()
            for region in np.unique(problem.region[problem.region >= 0])
        )

    best = max(worst(rows) for rows in every_plan(asked, rules.new))
    assert worst(asked.rows(siting.solution.sites)) == pytest.approx(best)


def test_required_banned_and_spacing_are_kept(tmp_path):
    wishes = 'required = ["party_center:p2"]\nbanned = ["room:f2"]\nmin_spacing_m = 250\nnew = 3'
    siting, _ = plan_of(town(tmp_path, siting=wishes, extra_new=False))
    sites = siting.solution.sites
    assert "party_center:p2" in sites
    assert "room:f2" not in sites
    xy = siting.candidates.xy[siting.asked.rows(sites)]
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    assert (apart[np.triu_indices(len(sites), 1)] >= 250).all()


def test_a_budget_buys_rooms_before_corners(tmp_path):
    siting, rules = plan_of(town(tmp_path, siting="budget = 60"))
    rows = siting.asked.rows(siting.solution.sites)
    assert siting.candidates.price[rows].sum() <= 60
    assert set(siting.candidates.origin[rows]) <= {"room", "party_center", "idle"}
    problem = siting.asked.question.problem
    affordable = [
        rows
        for rows in every_plan(siting.asked, rules.new)
        if siting.candidates.price[rows].sum() <= 60
    ]
    assert siting.solution.objective == max(problem.served_weight(rows) for rows in affordable)


def test_floors_are_kept_or_named(tmp_path):
    kept, _ = plan_of(town(tmp_path, siting="floor = 0.2"))
    asked, problem = kept.asked, kept.asked.question.problem
    served = served_after(asked, asked.rows(kept.solution.sites))
    for region in np.unique(problem.region[problem.region >= 0]):
        inside = problem.region == region
        assert problem.weight[served & inside].sum() >= 0.2 * problem.weight[inside].sum()
    with pytest.raises(InfeasibleError, match="must have a share of at least 1") as caught:
        plan_of(town(tmp_path / "all", siting="floor = 1.0"))
    assert caught.value.rules


CAPACITY = "capacity = { room = 20, street = 25, party_center = 20, idle = 30, upgrade = 10 }"


def test_capacities_hold_for_what_stands_and_what_opens(tmp_path):
    siting, _ = plan_of(town(tmp_path, siting=CAPACITY))
    problem = siting.asked.question.problem
    served = siting.solution.objective
    uncapped, _ = plan_of(town(tmp_path / "free"))
    rooms = problem.rules.capacity[siting.asked.rows(siting.solution.sites)]
    assert np.isfinite(rooms).any()
    assert served <= uncapped.solution.objective
    assert served - siting.solution.baseline <= rooms[np.isfinite(rooms)].sum() + 1e-6


def test_capacities_count_people_of_one_group(tmp_path):
    wishes = 'capacity = { room = 20 }\nweights = { "60+" = 1.0, "80+" = 1.0 }'
    with pytest.raises(ConfigError, match="weigh one group"):
        plan_of(town(tmp_path, siting=wishes))


STAGES = "stages = [{ year = 2026, new = 1 }, { year = 2027, new = 1 }, { year = 2028, new = 1 }]"


def test_stages_nest_and_never_take_from_a_subdistrict(tmp_path):
    study = studied(town(tmp_path, siting=STAGES, extra_new=False), margins=False)
    short = STAGES.replace(", { year = 2028, new = 1 }", "")
    two = studied(town(tmp_path / "two", siting=short, extra_new=False), margins=False)
    assert study.recommendations["stage"].tolist() == [1, 2, 3]
    assert study.recommendations["site_id"].tolist()[:2] == two.recommendations["site_id"].tolist()
    assert study.siting.solution.status == "staged"
    tables = study_tables(study)
    shares = tables["stage_shares"].pivot_table(
        index="stage", columns="subdistrict", values="share"
    )
    assert (shares.diff().dropna() >= 0).all(axis=None)
    stages = tables["site_stages"]
    assert stages["regret"].iloc[0] == 0
    once = studied(town(tmp_path / "once", siting="new = 3", extra_new=False), margins=False)
    assert stages["best"].iloc[-1] == once.siting.solution.objective
    assert stages["covered"].iloc[-1] == study.headroom.planned
    with pytest.raises(ConfigError, match="built in stages"):
        plan_of(town(tmp_path / "lscp", siting=f'model = "lscp"\n{STAGES}', extra_new=False))


def test_the_people_of_each_site_add_up(tmp_path):
    study = studied(town(tmp_path))
    sums = study.people.groupby(["site_id", "group"])["gain"].sum()
    for row in study.recommendations.to_dict("records"):
        assert sums.get((row["site_id"], "60+"), 0) == row["gain_60"]
    gained = study.people.loc[study.people["group"] == "60+", "gain"].sum()
    assert study.headroom.covered + gained == study.headroom.planned <= study.headroom.most
    asked = study.siting.asked
    rows = asked.rows(study.siting.solution.sites)
    for place, row in enumerate(rows):
        rest = served_after(asked, np.delete(rows, place))
        lost = asked.people[served_after(asked, rows) & ~rest].sum(axis=0)
        told = study.people[study.people["site_id"] == asked.candidates.id[row]]
        for column, group in enumerate(geoplan_groups(study)):
            assert told.loc[told["group"] == group, "lost_without"].sum() == lost[column]


def geoplan_groups(study):
    """Return the group of each column of people."""
    return [*dict.fromkeys(study.people["group"])]


def test_a_study_answers_what_was_asked_and_nothing_else(tmp_path):
    folder = town(tmp_path)
    plain = studied(folder, margins=False)
    assert set(study_tables(plain)) == {"recommendations", "site_people"}
    study = studied(folder, rivals=4, why_not=("room:f2", "idle:i1"), variants=6)
    tables = study_tables(study)
    assert set(tables) >= {"site_margins", "site_rivals", "site_frequency", "why_not"}
    assert tables["site_rivals"]["loss"].is_monotonic_increasing
    assert tables["why_not"]["site_id"].drop_duplicates().tolist() == ["room:f2", "idle:i1"]
    stays = tables["site_frequency"]
    assert stays["stability"].between(0, 1).all()
    assert (stays["stability_near"] >= stays["stability"] - 1e-12).all()
    with pytest.raises(ConfigError, match=r"why_not.*room:nowhere"):
        studied(folder, why_not=("room:nowhere",))


def test_a_closed_street_is_walked_around_as_in_a_full_search(tmp_path):
    ground, rules, nearest_s, asked = posed(town(tmp_path), stretch=1.1)
    stored_s = 1.1 * rules.limit_s
    changed = 0
    for edge in range(0, ground.inputs.network.edge_count, 7):
        walks = with_closed_street(ground, rules, asked, edge, stored_s=stored_s)
        costs = closed_costs(ground.graph.costs, edge)
        graph = search_graph(ground.inputs.network, costs, asked.points)
        whole = walking_times(graph, ground.homes, limit_s=stored_s).seconds
        standing = search_graph(ground.inputs.network, costs, ground.facilities)
        giving = ground.inputs.facilities.giving(rules.service)
        nearest, _ = nearest_of_homes(standing, ground.homes, giving)
        existing, _, _ = standing_walks(standing, ground, rules, (nearest, stored_s))
        listed = asked.candidates.id.size
        assert abs(walks[:listed] - whole).max() == 0
        assert abs(walks[listed:] - existing).max() == 0
        changed += abs(walks - asked.question.problem.cost).max() > 0
    assert changed > 3
    assert nearest_s.size == ground.homes.start.size - 1


def test_variants_are_the_same_for_the_same_seed_and_do_not_depend_on_their_number(tmp_path):
    ground, rules, nearest_s, asked = posed(town(tmp_path))
    three = list(site_variants(ground, rules, nearest_s, (5, 3)))
    two = list(site_variants(ground, rules, nearest_s, (5, 2)))
    for one, other in zip(three[:2], two, strict=True):
        assert (one.weight == other.weight).all()
        assert one.limit == other.limit
        assert abs(one.cost - other.cost).max() == 0
    other_seed = next(iter(site_variants(ground, rules, nearest_s, (6, 1))))
    assert (other_seed.weight != three[0].weight).any()
    problem = asked.question.problem
    for one in three:
        assert 0.9 * problem.limit <= one.limit <= 1.1 * problem.limit
        ratio = one.weight[problem.weight > 0] / problem.weight[problem.weight > 0]
        assert ((ratio >= 0.81) & (ratio <= 1.21)).all()


@pytest.mark.parametrize("model", list(MODELS))
def test_every_model_of_the_table_is_asked_of_a_project(tmp_path, model):
    folder = town(tmp_path, siting=f'model = "{model}"', extra_new=model != "lscp")
    siting, rules = plan_of(folder)
    assert siting.solution.model == model
    assert siting.solution.status == "optimal"
    assert len(siting.solution.sites) <= rules.new
    table = studied(town(tmp_path), margins=False).recommendations
    assert (table["reason_code"] != "").all()


def test_set_covering_says_how_many_sites_it_takes(tmp_path):
    needed = len(
        plan_of(town(tmp_path, siting='model = "lscp"', extra_new=False))[0].solution.sites
    )
    assert needed > 2
    with pytest.raises(InfeasibleError, match=rf"at most 2 new sites.*takes {needed} sites"):
        plan_of(town(tmp_path / "two", siting='model = "lscp"'))


def test_an_upgrade_adds_places_at_a_station_that_is_full(tmp_path):
    wishes = 'classes = ["upgrade"]\ncapacity = { upgrade = 30 }'
    folder = town(tmp_path, siting=wishes)
    table = pd.read_csv(folder / "facilities.csv", dtype=str, keep_default_na=False)
    table["capacity"] = ["40" if kind == "care_station" else "" for kind in table["kind"]]
    table.to_csv(folder / "facilities.csv", index=False, encoding="utf-8-sig")
    siting, _ = plan_of(folder)
    assert set(siting.solution.sites) <= {"upgrade:f0", "upgrade:f1"}
    waiting = {
        facility: siting.asked.question.problem.weight[
            siting.asked.question.problem.cost.toarray()[row] > 0
        ].sum()
        for row, facility in enumerate(siting.asked.labels.candidate)
        if facility in ("f0", "f1")
    }
    full = sum(min(people, 40 + 30) for people in waiting.values())
    assert min(waiting.values()) > 40
    assert siting.solution.objective <= full
    assert siting.solution.objective > 80
    assert len(siting.solution.sites) == 2


@pytest.mark.parametrize("wish", ["floor = 0.1", "max_gap = 0.9", 'floors = { "西街道" = 0.1 }'])
def test_plans_are_not_ranked_where_a_site_less_may_break_a_claim(tmp_path, wish):
    folder = town(tmp_path, siting=wish)
    with pytest.raises(ConfigError, match="--best"):
        studied(folder, rivals=3)
    study = studied(folder, why_not=("room:f2",))
    assert len(study.margins) == len(study.siting.solution.sites)
    assert all(np.isnan(one.least_extra_weight) for one in study.margins)
    assert "weight" not in {way.kind for way in study.why_not[0].ways_in}
