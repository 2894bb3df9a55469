r"""Places given to people: as many people as possible, then the least walking.

A transport problem (Hitchcock 1941, *Journal of Mathematics and Physics* 20, 224-230)::

    minimise    Σ (t_ij − R) x_ij
    subject to  Σ_j x_ij ≤ n_i        for every home i
                Σ_i x_ij ≤ c_j        for every facility j
                x_ij ≥ 0              for every pair (i, j) within the limit

    t_ij  seconds from home i to facility j
    n_i   people of the home
    c_j   places of the facility
    x_ij  people of i who get a place at j
    R     what a place is worth in seconds of walking: raised until V people have one
    V     the most people that can have a place: a maximum flow, found first in whole numbers

To demand Σ x_ij = V instead of paying R is the same programme with one dense row: six times slower.

The matrix is that of a flow in a network, so every vertex is whole. What HiGHS returns is not
believed: the people are rounded and checked against every rule, the walking is summed anew, and
the prices of the dual, made feasible, must prove that no assignment walks less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from geoplan.errors import SolverError
from geoplan.model.arrays import Floats, Ints, freeze_fields
from geoplan.model.pairs import WalkPairs
from geoplan.solvers.highs import QuietHighs, set_matrix

_MOST_PEOPLE = int(np.iinfo(np.int32).max)
"""SciPy's maximum flow counts in 32 bits."""

_OPTIONS: Mapping[str, bool | int | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "solver": "simplex",  # an interior point need not be whole
}

_FRACTION = 1e-6
"""HiGHS keeps its rules to 1e-7; a vertex further than this from whole numbers is none."""

_WORTH = 16.0
"""A place is worth so many of the longest walks, then so many times more while some lack one."""

_WORTH_AT_MOST_S = 1e9

_GAP_S = 1e-6
"""Proof and walking time may differ by this much for each person and each second walked."""


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """Who gets a place where, proven to be best."""

    people: Ints
    """(pairs,) people of the pair's home who get a place at the pair's facility."""
    placed: int
    """People with a place: the most that can have one."""
    walked_s: float
    """Seconds that they walk together."""
    bound_s: float
    """So many people cannot have places and walk less than this together."""

    def __post_init__(self) -> None:
        freeze_fields(self, "people")


def assign(pairs: WalkPairs, people: Ints, places: Ints) -> Assignment:
    """Return the assignment that gives most people a place and, of those, walks least.

    Among equally good ones the same is returned for the same input.

    Parameters
    ----------
    pairs
        The homes and facilities that are near enough.
    people
        (homes,) whole people, not negative.
    places
        (facilities,) whole places, not negative.

    Raises
    ------
    ValueError
        A number is negative, or there are more than 2 147 483 647 people within reach.
    SolverError
        HiGHS gave up, or its answer does not pass the checks.
    """
    _require_counts(people, places)
    usable = (people[pairs.home] > 0) & (places[pairs.facility] > 0)
    open_pairs = pairs.where(usable)
    placed = _most_placed(open_pairs, people, places)
    flow, bound_s = np.zeros(0, dtype=np.int64), 0.0
    if open_pairs.home.size:
        flow, bound_s = _least_walking(open_pairs, people, places, placed)
    given = np.zeros(pairs.home.size, dtype=np.int64)
    given[usable] = flow
    walked_s = float(pairs.seconds @ given)
    if walked_s - bound_s > _GAP_S * (walked_s + placed):
        raise SolverError(
            f"HiGHS walks {walked_s} s but proves only {bound_s} s; report the case with its "
            "manifest"
        )
    return Assignment(people=given, placed=placed, walked_s=walked_s, bound_s=bound_s)


def _require_counts(people: Ints, places: Ints) -> None:
    if (people < 0).any() or (places < 0).any():
        raise ValueError("people and places must not be negative")
    if int(people.sum()) > _MOST_PEOPLE:
        raise ValueError(
            f"{int(people.sum())} people are more than {_MOST_PEOPLE}; assign a smaller area"
        )


def _most_placed(pairs: WalkPairs, people: Ints, places: Ints) -> int:
    """Return how many people can have a place: from a source over homes to facilities to a sink."""
    homes, facilities = pairs.homes, pairs.facilities
    source, sink = homes + facilities, homes + facilities + 1
    head = np.concatenate([np.full(homes, source), pairs.home, homes + np.arange(facilities)])
    tail = np.concatenate([np.arange(homes), homes + pairs.facility, np.full(facilities, sink)])
    most = np.concatenate([people, people[pairs.home], np.minimum(places, people.sum())])
    capacity = coo_array((most.astype(np.int32), (head, tail)), shape=(sink + 1, sink + 1))
    return int(maximum_flow(csr_array(capacity), source, sink).flow_value)


def _least_walking(pairs: WalkPairs, people: Ints, places: Ints, placed: int) -> tuple[Ints, float]:
    """Return the people of each pair, checked, and the seconds that the dual proves."""
    upper = np.concatenate([people, places]).astype(np.float64)
    worth_s = _WORTH * max(float(pairs.seconds.max()), 1.0)
    flow, prices = _vertex(pairs, upper, worth_s)
    while flow.sum() < placed and worth_s < _WORTH_AT_MOST_S:
        worth_s *= _WORTH
        flow, prices = _vertex(pairs, upper, worth_s)
    _require_kept(pairs, flow, upper, placed)
    return flow, _proven_s(pairs, np.append(prices, worth_s), np.append(upper, placed))


def _vertex(pairs: WalkPairs, upper: Floats, worth_s: float) -> tuple[Ints, Floats]:
    """Return the whole people of each pair at the best vertex, and the price of each row."""
    solver = QuietHighs()
    for option, value in _OPTIONS.items():
        solver.setOptionValue(option, value)
    solver.passModel(_model(pairs, upper, worth_s))
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise SolverError(
            f"HiGHS ended with '{solver.modelStatusToString(solver.getModelStatus())}' on "
            f"{pairs.home.size} pairs; report the case with its manifest"
        )
    answer = solver.getSolution()
    return _whole(np.asarray(answer.col_value)), np.asarray(answer.row_dual)


def _model(pairs: WalkPairs, upper: Floats, worth_s: float) -> highspy.HighsLp:
    """Return the programme: one column a pair; rows are homes, then facilities."""
    columns = np.arange(pairs.home.size)
    rows = np.concatenate([pairs.home, pairs.homes + pairs.facility])
    entries = (np.ones(rows.size), (rows, np.tile(columns, 2)))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns.size, upper.size
    model.col_cost_ = pairs.seconds - worth_s
    model.col_lower_ = np.zeros(columns.size)
    model.col_upper_ = np.full(columns.size, np.inf)
    model.row_lower_ = np.full(upper.size, -np.inf)
    model.row_upper_ = upper
    set_matrix(model, csr_array(coo_array(entries, shape=(upper.size, columns.size))))
    return model


def _whole(flow: Floats) -> Ints:
    nearest = np.rint(flow)
    if np.abs(flow - nearest).max() > _FRACTION:
        raise SolverError("HiGHS returned parts of people; report the case with its manifest")
    return nearest.astype(np.int64)


def _require_kept(pairs: WalkPairs, flow: Ints, upper: Floats, placed: int) -> None:
    """Raise unless nobody is counted twice, no place is given twice and all are placed."""
    used = np.zeros(upper.size, dtype=np.int64)
    np.add.at(used, pairs.home, flow)
    np.add.at(used, pairs.homes + pairs.facility, flow)
    if (flow < 0).any() or (used > upper).any() or flow.sum() != placed:
        raise SolverError("HiGHS broke a rule of the assignment; report it with its manifest")


def _proven_s(pairs: WalkPairs, prices: Floats, upper: Floats) -> float:
    """Return the dual value of the prices, after they are made feasible by the price of the sum.

    A lower bound by weak duality, whatever the prices are.
    """
    price = np.append(np.minimum(prices[:-1], 0.0), prices[-1])
    reduced = pairs.seconds - price[pairs.home] - price[pairs.homes + pairs.facility] - price[-1]
    price[-1] += min(float(reduced.min()), 0.0)
    return float(price @ upper)
