"""Every model that spopt has too, on the San Francisco tables in its wheel: 205 tracts, 16 stores.

Both sides get the tables in an order of their own and are compared by the names of tracts and
stores. A plan of spopt is valued once more by name, out of the file as it came.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
import pandas as pd
import pulp
import pytest
from spopt.locate import LSCP, LSCPB, MCLP, PCenter, PDispersion, PMedian

import geoplan
from geoplan.solvers.backup import solve_backup
from geoplan.solvers.capacitated import solve_capacitated_lscp, solve_capacitated_p_median
from geoplan.solvers.lscp import solve_lscp
from geoplan.solvers.p_center import solve_p_center
from geoplan.solvers.p_dispersion import solve_p_dispersion
from geoplan.solvers.p_median import solve_p_median
from tests.placement_cases import placement_of

pytestmark = pytest.mark.filterwarnings("ignore:.*PuLP 4.0:DeprecationWarning")

TIME_S = 60.0
OPEN_ALREADY = ["Store_2", "Store_11"]
FOLDER = files("spopt") / "tests" / "test_locate" / "data"


@dataclass(frozen=True)
class Tables:
    """Costs, people and positions by name, each table in an order of its own."""

    cost: pd.DataFrame
    """Metres; a row a tract, a column a store."""
    people: pd.Series
    stores: pd.DataFrame

    def shuffled(self, seed) -> Tables:
        rng = np.random.default_rng(seed)
        cost = self.cost.iloc[rng.permutation(205), rng.permutation(16)]
        return Tables(
            cost,
            self.people.iloc[rng.permutation(205)],
            self.stores.iloc[rng.permutation(16)],
        )

    @property
    def weights(self):
        """People in the order of the rows of ``cost``."""
        return self.people.reindex(self.cost.index).to_numpy(dtype=np.float64)

    @property
    def apart(self):
        """Metres between stores, in the order of the columns of ``cost``, on a plane of the city.

        Exactly symmetric.
        """
        degrees = self.stores.loc[self.cost.columns, ["long", "lat"]].to_numpy()
        xy = degrees * [111_320.0 * np.cos(np.radians(37.75)), 110_990.0]
        return np.hypot(*np.moveaxis(xy[:, None] - xy[None], -1, 0))

    def places(self, names):
        """Return the columns of ``cost`` that have these names."""
        return np.flatnonzero(self.cost.columns.isin(names)).astype(np.int32)

    def problem(self, *, new, weight=None, limit=np.inf, **rules):
        """Return a placement problem in the order of ``cost``."""
        weight = self.weights if weight is None else weight
        return placement_of(self.cost.to_numpy().T, weight, new=new, limit=limit, **rules)

    def names(self, sites):
        return set(self.cost.columns[sites])


@pytest.fixture(scope="module")
def tables() -> Tables:
    walks = pd.read_csv(
        FOLDER / "SF_network_distance_candidateStore_16_censusTract_205_new.csv",
        dtype={"DestinationName": str},
    )
    tracts = pd.read_csv(
        FOLDER / "SF_demand_205_centroid_uniform_weight.csv", dtype={"NAME": str}
    ).set_index("NAME")
    cost = walks.pivot_table(values="distance", index="DestinationName", columns="name")
    assert cost.shape == (205, 16)
    assert not cost.isna().any(axis=None)
    assert set(cost.index) == set(tracts.index)
    stores = pd.read_csv(FOLDER / "SF_store_site_16_longlat.csv").set_index("NAME")
    assert set(cost.columns) == set(stores.index)
    return Tables(cost, tracts["POP2000"].astype(np.float64), stores)


@pytest.fixture(params=[0, 1], ids="order {}".format)
def two(request, tables) -> tuple[Tables, Tables]:
    """The same tables in two orders: geoplan's and spopt's."""
    ours, theirs = tables.shuffled(request.param), tables.shuffled(100 + request.param)
    for one, other in ((ours.cost.index, theirs.cost.index), (ours.cost, theirs.cost)):
        assert list(one) != list(other)
    return ours, theirs


def cbc():
    return pulp.PULP_CBC_CMD(msg=False, timeLimit=TIME_S)


def opened_by(model, theirs: Tables) -> set[str]:
    return theirs.names([at for at, store in enumerate(model.fac_vars) if store.value() > 0.5])


def served(tables: Tables, names, limit) -> pd.Series:
    """Return for each tract how many of the stores are within the limit."""
    return (tables.cost[sorted(names)] <= limit).sum(axis=1)


def nearest(tables: Tables, names) -> pd.Series:
    return tables.cost[sorted(names)].min(axis=1)


def require_proven(answer, value, *, rel=1e-9):
    """CBC writes a variable with eight digits: where the objective is one, ``rel`` is larger."""
    assert (answer.status, answer.canonical) == ("optimal", True)
    assert answer.objective == pytest.approx(value, rel=rel)
    assert answer.bound == pytest.approx(answer.objective, rel=1e-12)


@pytest.mark.parametrize("limit", [4650.0, 5000.0, 8000.0, 12_000.0])
@pytest.mark.parametrize("fixed", [[], OPEN_ALREADY], ids=["none open", "two open"])
def test_lscp_needs_as_many_sites(tables, two, limit, fixed):
    ours, theirs = two
    answer = solve_lscp(
        ours.problem(new=16, limit=limit, fixed=ours.places(fixed)), time_limit_s=TIME_S
    )
    model = LSCP.from_cost_matrix(
        theirs.cost.to_numpy(),
        limit,
        predefined_facilities_arr=theirs.places(fixed) if fixed else None,
    ).solve(cbc())
    require_proven(answer, model.problem.objective.value() - len(fixed))
    for plan in (ours.names(answer.sites) | set(fixed), opened_by(model, theirs)):
        assert len(plan) == answer.objective + len(fixed)
        assert served(tables, plan, limit).min() >= 1


def test_lscp_names_whom_nobody_reaches_where_spopt_only_says_infeasible(tables, two):
    ours, theirs = two
    with pytest.raises(RuntimeError, match="Infeasible"):
        LSCP.from_cost_matrix(theirs.cost.to_numpy(), 4000.0).solve(cbc())
    answer = solve_lscp(ours.problem(new=16, limit=4000.0), time_limit_s=TIME_S)
    assert answer.status == "infeasible"
    lost = set(ours.cost.index[answer.assigned < 0])
    assert lost == set(tables.cost.index[tables.cost.min(axis=1) > 4000.0])
    assert lost


@pytest.mark.parametrize("limit", [2000.0, 5000.0])
@pytest.mark.parametrize("stores", [3, 4, 8])
@pytest.mark.parametrize("fixed", [[], OPEN_ALREADY], ids=["none open", "two open"])
def test_mclp_serves_as_many_people(tables, two, limit, stores, fixed):
    ours, theirs = two
    answer = geoplan.site(
        ours.cost,
        ours.people,
        model="mclp",
        new=stores - len(fixed),
        limit=limit,
        fixed=fixed,
    )
    model = MCLP.from_cost_matrix(
        theirs.cost.to_numpy(),
        theirs.weights,
        limit,
        stores,
        predefined_facilities_arr=theirs.places(fixed) if fixed else None,
    ).solve(cbc())
    require_proven(answer, model.problem.objective.value())
    for plan in (set(answer.sites) | set(fixed), opened_by(model, theirs)):
        assert len(plan) == stores
        assert tables.people[served(tables, plan, limit) >= 1].sum() == answer.objective
    reached = served(tables, set(answer.sites) | set(fixed), limit)
    assert set(answer.uncovered) == set(reached.index[reached == 0])


@pytest.mark.parametrize("limit", [5000.0, 8000.0])
def test_backup_is_the_same_but_for_points_that_one_store_alone_reaches(tables, two, limit):
    """spopt maximises the points served twice, all of them once, with the sites of its LSCP.

    It counts as served twice every point that no two stores reach, in its objective and in its
    percentage: its row for such a point does not hold the variable back.
    """
    ours, theirs = two
    model = LSCPB.from_cost_matrix(theirs.cost.to_numpy(), limit, cbc()).solve()
    sites = int(model.lscp_obj_value)
    problem = ours.problem(new=sites, limit=limit, weight=np.ones(205))
    answer = solve_backup(problem, time_limit_s=TIME_S)
    single = int((served(tables, tables.cost.columns, limit) == 1).sum())
    assert single == {5000.0: 22, 8000.0: 3}[limit]
    require_proven(answer, model.problem.objective.value() - single)
    assert (answer.once, answer.once_bound) == (205.0, 205.0)
    assert model.backup_perc == pytest.approx(100 * (answer.objective + single) / 205)
    for plan in (ours.names(answer.sites), opened_by(model, theirs)):
        times = served(tables, plan, limit)
        assert len(plan) == sites
        assert (times.min(), (times >= 2).sum()) == (1, answer.objective)


@pytest.mark.parametrize("stores", [3, 4, 8])
@pytest.mark.parametrize("fixed", [[], OPEN_ALREADY], ids=["none open", "two open"])
def test_p_median_costs_as_much(tables, two, stores, fixed):
    ours, theirs = two
    problem = ours.problem(new=stores - len(fixed), fixed=ours.places(fixed))
    answer = solve_p_median(problem, time_limit_s=TIME_S)
    model = PMedian.from_cost_matrix(
        theirs.cost.to_numpy(),
        theirs.weights,
        stores,
        predefined_facilities_arr=theirs.places(fixed) if fixed else None,
    ).solve(cbc())
    require_proven(answer, model.problem.objective.value())
    for plan in (ours.names(answer.sites) | set(fixed), opened_by(model, theirs)):
        assert len(plan) == stores
        walked = (tables.people * nearest(tables, plan)).sum()
        assert walked == pytest.approx(answer.objective, rel=1e-12)


@pytest.mark.parametrize("stores", [3, 4, 8])
@pytest.mark.parametrize("fixed", [[], OPEN_ALREADY], ids=["none open", "two open"])
def test_p_center_leaves_as_long_a_way(tables, two, stores, fixed):
    ours, theirs = two
    problem = ours.problem(new=stores - len(fixed), fixed=ours.places(fixed))
    answer = solve_p_center(problem, time_limit_s=TIME_S)
    model = PCenter.from_cost_matrix(
        theirs.cost.to_numpy(),
        stores,
        predefined_facilities_arr=theirs.places(fixed) if fixed else None,
    ).solve(cbc())
    require_proven(answer, model.problem.objective.value(), rel=1e-7)
    plans = (ours.names(answer.sites) | set(fixed), opened_by(model, theirs))
    assert [len(plan) <= stores for plan in plans] == [True, True]
    for plan in plans:
        assert nearest(tables, plan).max() == answer.objective


@pytest.mark.parametrize("stores", [2, 4, 7])
def test_p_dispersion_keeps_as_far_apart(tables, two, stores):
    ours, theirs = two
    answer = solve_p_dispersion(ours.problem(new=stores), distance=ours.apart, time_limit_s=TIME_S)
    model = PDispersion.from_cost_matrix(theirs.apart, stores).solve(cbc())
    require_proven(answer, model.problem.objective.value(), rel=1e-7)
    apart = pd.DataFrame(tables.apart, tables.cost.columns, tables.cost.columns)
    for plan in (ours.names(answer.sites), opened_by(model, theirs)):
        assert len(plan) == stores
        least = min(apart.loc[pair] for pair in itertools.combinations(sorted(plan), 2))
        assert least == pytest.approx(answer.objective, rel=1e-12)


def places_of(tables: Tables, places):
    """Return so many places for the first name, for each further one a thousand more."""
    ranked = {name: rank for rank, name in enumerate(sorted(tables.stores.index))}
    return np.array([places + 1000.0 * ranked[name] for name in tables.cost.columns])


def parts_of(model) -> np.ndarray:
    """Return which part of each tract (row) goes to each store (column) in spopt's programme."""
    return np.vectorize(lambda part: part.value())(model.cli_assgn_vars)


@pytest.mark.parametrize(("places", "limit"), [(60_000, 5000.0), (80_000, 8000.0)])
def test_capacitated_lscp_is_as_large_but_spopt_hands_out_places_many_times(two, places, limit):
    """spopt's programme keeps capacity and limit (its issue 314 is mended in 0.7.0).

    Its answer does not: ``fac2cli`` and ``cli2fac`` give everybody within the limit to every open
    store, whatever the programme assigned.
    """
    ours, theirs = two
    places_ours, places_theirs = places_of(ours, places), places_of(theirs, places)
    problem = ours.problem(new=16, limit=limit, capacity=places_ours)
    split = solve_capacitated_lscp(problem, time_limit_s=TIME_S)
    model = LSCP.from_cost_matrix(
        theirs.cost.to_numpy(),
        limit,
        demand_quantity_arr=theirs.weights,
        facility_capacity_arr=places_theirs,
    ).solve(cbc())
    require_proven(split.placement, model.problem.objective.value())
    assert (split.share @ ours.weights <= places_ours * (1 + 1e-9)).all()
    assert split.served == pytest.approx(np.ones(205))
    site, tract = split.share.nonzero()
    assert (ours.cost.to_numpy()[tract, site] <= limit).all()
    near = theirs.cost.to_numpy() <= limit
    assert (theirs.weights @ parts_of(model) <= places_theirs * (1 + 1e-6)).all()
    assert (parts_of(model) * near).sum(axis=1) == pytest.approx(np.ones(205), abs=1e-6)
    opened = theirs.cost.columns.isin(opened_by(model, theirs))
    handed = [np.flatnonzero(near[:, at]).tolist() if opened[at] else [] for at in range(16)]
    assert model.fac2cli == handed
    loads = np.array([theirs.weights[tracts].sum() for tracts in handed])
    assert (loads / places_theirs).max() > 5


@pytest.mark.parametrize(("places", "stores"), [(120_000, 8), (200_000, 5)])
def test_capacitated_p_median_costs_as_much_where_spopt_may_split_a_tract(two, places, stores):
    """spopt gives a tract whole to one store; with that lifted, the models are the same."""
    ours, theirs = two
    places_ours, places_theirs = places_of(ours, places), places_of(theirs, places)
    problem = ours.problem(new=stores, capacity=places_ours)
    split = solve_capacitated_p_median(problem, time_limit_s=TIME_S)
    model = PMedian.from_cost_matrix(
        theirs.cost.to_numpy(), theirs.weights, stores, facility_capacities=places_theirs
    )
    for part in model.cli_assgn_vars.ravel():
        part.cat = pulp.LpContinuous
    model.solve(cbc())
    require_proven(split.placement, model.problem.objective.value(), rel=1e-7)
    free = solve_p_median(ours.problem(new=stores), time_limit_s=TIME_S)
    assert split.placement.objective > free.objective * 1.01
    assert (split.share @ ours.weights <= places_ours * (1 + 1e-9)).all()


def test_capacitated_p_median_of_spopt_knows_no_limit(two):
    """What is nearest on the whole is far for some; geoplan can hold the limit, too."""
    ours, theirs = two
    places, limit = places_of(ours, 120_000), 6000.0
    model = PMedian.from_cost_matrix(
        theirs.cost.to_numpy(), theirs.weights, 9, facility_capacities=places_of(theirs, 120_000)
    )
    for part in model.cli_assgn_vars.ravel():
        part.cat = pulp.LpContinuous
    model.solve(cbc())
    assert theirs.cost.to_numpy()[parts_of(model) > 1e-6].max() > limit
    problem = ours.problem(new=9, limit=limit, capacity=places)
    split = solve_capacitated_p_median(problem, time_limit_s=TIME_S)
    site, tract = split.share.nonzero()
    assert ours.cost.to_numpy()[tract, site].max() <= limit
    assert split.placement.status == "optimal"
    assert split.placement.objective > model.problem.objective.value()
