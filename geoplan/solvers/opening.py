"""What is open before a plan is sought, what may still be opened, and who goes where then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from geoplan.model.arrays import Flags, Floats, Indices, Ints, Sparse
from geoplan.model.placement import Placement, PlacementProblem
from geoplan.solvers.binary import Programme

ROUNDING = 1e-12
"""Prices that add up to the budget but for the last digits of a double are within it."""


@dataclass(frozen=True, slots=True, eq=False)
class Opening:
    """The choice that the rules leave."""

    opened: Indices
    """Candidates that are open in every plan, ascending: the fixed and the required ones."""
    new: Indices
    """Those of them that count as new, ascending."""
    free: Indices
    """Candidates that may be opened or not, ascending."""
    conflicts: Ints
    """(pairs, 2) positions in ``free`` that may not both be open."""
    price: Floats
    """(free,) price of each."""
    room: int
    """How many of the free candidates may be opened, at most all of them."""
    money: float
    """What they may cost together."""
    possible: bool
    """False when the required candidates alone break a rule: then there is no plan."""

    def sites(self, plan: Indices) -> Indices:
        """Return the new candidates of a plan (positions in ``free``), ascending."""
        sites: Indices = np.union1d(self.new, self.free[plan]).astype(np.int32)
        return sites

    def limited(self, programme: Programme, *, room: int | None) -> Programme:
        """Return the programme with the rules among the free candidates.

        ``room`` is how many may be opened, None for any number. The columns of the programme
        begin with the free candidates.
        """
        columns, pairs = programme.matrix.shape[1], self.conflicts.shape[0]
        flat = self.conflicts.ravel()
        rows = coo_array(
            (np.ones(flat.size), (np.repeat(np.arange(pairs), 2), flat)), shape=(pairs, columns)
        )
        free = self.free.size
        programme = programme.with_rows(csr_array(rows), np.full(pairs, -np.inf), np.ones(pairs))
        if room is not None and room < free:
            programme = programme.with_row(padded(np.ones(free), columns), high=float(room))
        if self.price.sum() > self.money:
            programme = programme.with_row(padded(self.price, columns), high=self.money)
        return programme


def opening_of(problem: PlacementProblem) -> Opening:
    """Return what the rules leave to choose.

    Not free are candidates that are open already, banned, in conflict with an open one, or dearer
    than what is left of the budget. A fixed candidate stays open whatever else is said of it, and
    two fixed ones may stand as near as they do.

    Raises
    ------
    ValueError
        A candidate has a limited capacity, which no model of covering or spacing knows.
    """
    rules, candidates = problem.rules, problem.cost.shape[0]
    if np.isfinite(rules.capacity).any():
        raise ValueError(
            "this model knows no capacities; leave PlacementRules.capacity at inf or choose a "
            "model that shares out places"
        )
    fixed, required = flags_of(rules.fixed, candidates), flags_of(rules.required, candidates)
    opened, new = fixed | required, required & ~fixed
    money = rules.budget * (1 + ROUNDING) - float(rules.price[new].sum())
    taken = _neighbours(rules.conflicts, opened, candidates)
    free = ~opened & ~flags_of(rules.banned, candidates) & ~taken & (rules.price <= money)
    free &= ~flags_of(
        rules.conflicts[rules.conflicts[:, 0] == rules.conflicts[:, 1], 0], candidates
    )
    room = problem.new - int(new.sum())
    return Opening(
        opened=positions(opened),
        new=positions(new),
        free=positions(free),
        conflicts=_among(rules.conflicts, free),
        price=rules.price[free],
        room=max(min(room, int(free.sum())), 0),
        money=money,
        possible=bool(
            room >= 0
            and money >= 0
            and not (new & (taken | flags_of(rules.banned, candidates))).any()
        ),
    )


def placed(
    problem: PlacementProblem,
    sites: Indices,
    *,
    worth: tuple[float, float],
    status: str,
    canonical: bool,
) -> Placement:
    """Return the placement of a plan: everyone goes to the nearest open candidate in the limit.

    ``worth`` is objective and bound. Of two that are equally near the earlier candidate is taken.
    """
    return Placement(
        sites=sites,
        assigned=nearest_open(problem, sites),
        objective=worth[0],
        bound=worth[1],
        status=status,
        canonical=canonical,
    )


def nearest_open(problem: PlacementProblem, sites: Indices) -> Indices:
    """Return the nearest open candidate of each point within the limit, −1 where there is none."""
    pairs = problem.cost.tocoo()
    usable = problem.open_with(sites)[pairs.row] & (pairs.data <= problem.limit)
    candidate, point, cost = pairs.row[usable], pairs.col[usable], pairs.data[usable]
    order = np.lexsort(np.array([candidate, cost, point]))
    first = order[np.flatnonzero(np.diff(point[order], prepend=-1))]
    assigned = np.full(problem.cost.shape[1], -1, dtype=np.int32)
    assigned[point[first]] = candidate[first]
    return assigned


def serving(problem: PlacementProblem, limit: float) -> Sparse:
    """Return who can serve whom at this cost or less.

    (candidates, demand) 1 where the candidate serves the point.
    """
    pairs = problem.cost.tocoo()
    near = pairs.data <= limit
    found: Sparse = csr_array(
        coo_array(
            (np.ones(int(near.sum())), (pairs.row[near], pairs.col[near])), shape=problem.cost.shape
        )
    )
    return found


def flags_of(members: Indices | Ints, size: int) -> Flags:
    """Return True at the members."""
    flags = np.zeros(size, dtype=np.bool_)
    flags[members] = True
    return flags


def positions(flags: Flags) -> Indices:
    """Return where the flags are True, ascending."""
    return np.flatnonzero(flags).astype(np.int32)


def padded(values: Floats, columns: int) -> Floats:
    """Return the values with zeros for the columns after them."""
    row = np.zeros(columns)
    row[: values.size] = values
    return row


def _neighbours(pairs: Ints, members: Flags, size: int) -> Flags:
    """Return who is in conflict with a member."""
    taken = np.zeros(size, dtype=np.bool_)
    taken[pairs[members[pairs[:, 0]], 1]] = True
    taken[pairs[members[pairs[:, 1]], 0]] = True
    return taken


def _among(pairs: Ints, members: Flags) -> Ints:
    """Return the pairs of two members, each once, by their positions among the members."""
    inner = pairs[members[pairs].all(axis=1)]
    number = np.cumsum(members) - 1
    found: Ints = np.unique(np.sort(number[inner].astype(np.int64), axis=1), axis=0)
    return found.reshape(-1, 2)
