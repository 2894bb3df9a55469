"""The siting problems that are timed: made towns, always the same, and the San Francisco tables.

A made town is a square kilometre for each hundred demand points, 1 to 60 people a point. In a
uniform town points and candidates fall anywhere; in a clustered one points stand around a centre
for each 250 of them (normal, 300 m) and candidates at points. Costs are straight metres; with a
limit of 500 m a candidate of a uniform town has 79 points within it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]

SEED = 20
LIMIT_M = 500.0
ALWAYS, ON_REQUEST, NEVER = "always", "on request", "never"


@dataclass(frozen=True)
class Problem:
    """One model on one table of costs; a pair that is not stored cannot be."""

    model: str
    """``mclp``, ``lscp``, ``p_median`` or ``p_center``."""
    cost: csr_array
    """(candidates, demand) metres, a stored 0 is a cost of 0."""
    weight: Floats
    """(demand,)"""
    new: int
    """How many candidates to open at most; the number of candidates where it is free."""
    limit: float = np.inf
    """A point is served at this cost or less."""
    rivals: str = ALWAYS
    """Whether spopt is asked: its programme of one term a pair takes minutes to build."""

    def save(self, path: Path) -> None:
        """Write the problem for the process that solves it."""
        fields = {name: value for name, value in vars(self).items() if name != "cost"}
        parts = {name: getattr(self.cost, name) for name in ("data", "indices", "indptr", "shape")}
        np.savez(path, **fields, **parts)

    @classmethod
    def load(cls, path: Path) -> Problem:
        """Return the problem that ``save`` wrote."""
        with np.load(path) as stored:
            cost = csr_array(
                (stored["data"], stored["indices"], stored["indptr"]), shape=tuple(stored["shape"])
            )
            return cls(
                model=str(stored["model"]),
                cost=cost,
                weight=stored["weight"],
                new=int(stored["new"]),
                limit=float(stored["limit"]),
                rivals=str(stored["rivals"]),
            )

    def worth(self, sites: list[int]) -> float:
        """Return what a plan is worth in the model's own unit, by the table alone.

        Raises
        ------
        ValueError
            The plan opens too many sites, or leaves out a point that must be served.
        """
        if len(sites) > self.new:
            raise ValueError(f"the plan opens {len(sites)} sites, more than {self.new}")
        cost = np.full(self.weight.size, np.inf)
        opened = csr_array(self.cost[sorted(sites)])
        np.minimum.at(cost, opened.indices, opened.data)
        served = cost <= self.limit
        if self.model == "mclp":
            return float(self.weight[served].sum())
        if not (served & np.isfinite(cost)).all():
            raise ValueError("the plan leaves out a point that must be served")
        answers = {"lscp": len(sites), "p_median": self.weight @ cost, "p_center": cost.max()}
        return float(answers[self.model])


def table_of(cost: Floats) -> csr_array:
    """Return a full table (candidates, demand), zeros stored."""
    site, point = np.indices(cost.shape)
    cells = (cost.ravel(), (site.ravel(), point.ravel()))
    return csr_array(coo_array(cells, shape=cost.shape))


def san_francisco(model: str, new: int, limit: float = np.inf) -> Problem:
    """Return the tables that ship with spopt: 205 tracts, 16 stores, metres on the network."""
    folder = files("spopt") / "tests" / "test_locate" / "data"
    walks = pd.read_csv(
        folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv",
        dtype={"DestinationName": str},
    )
    people = walks.groupby("DestinationName")["demand"].first()
    cost = walks.pivot_table(values="distance", index="name", columns="DestinationName")
    weight = people.loc[cost.columns].to_numpy(dtype=np.float64)
    return Problem(model, table_of(cost.to_numpy()), weight, new, limit)


def town(model: str, size: tuple[int, int], *, new: int, clustered: bool, rivals: str) -> Problem:
    """Return a made town with the pairs within the limit; nobody is out of reach in an LSCP.

    The size is that of the demand and of the candidates.
    """
    points, candidates = size
    rng = np.random.default_rng([SEED, points, candidates, clustered])
    side_m = 1000.0 * np.sqrt(points / 100.0)
    place = rng.uniform(0, side_m, (candidates, 2))
    home = rng.uniform(0, side_m, (points, 2))
    if clustered:
        centre = rng.uniform(0, side_m, (points // 250, 2))
        home = centre[rng.integers(0, len(centre), points)] + rng.normal(0, 300.0, (points, 2))
        place = home[rng.choice(points, candidates, replace=False)]
    near = cKDTree(place).sparse_distance_matrix(cKDTree(home), LIMIT_M, output_type="ndarray")
    cells = (near["v"], (near["i"], near["j"]))
    cost = csr_array(coo_array(cells, shape=(candidates, points)))
    weight = rng.integers(1, 61, points).astype(np.float64)
    if model == "lscp":
        reached = np.bincount(cost.indices, minlength=points) > 0
        cost, weight = csr_array(cost[:, np.flatnonzero(reached)]), weight[reached]
    return Problem(model, cost, weight, new, LIMIT_M, rivals)


def plane(model: str, points: int, candidates: int, *, new: int, rivals: str = ALWAYS) -> Problem:
    """Return points anywhere in ten by ten kilometres with all pairs; candidates are points."""
    rng = np.random.default_rng([SEED, points, candidates])
    xy = rng.uniform(0, 10_000.0, (points, 2))
    apart = np.hypot(*np.moveaxis(xy[:candidates, None] - xy[None], -1, 0))
    weight = rng.integers(1, 61, points).astype(np.float64)
    return Problem(model, table_of(apart), weight, new, rivals=rivals)


def problems() -> dict[str, Callable[[], Problem]]:
    """Return how each problem is made, by its name."""
    made: dict[str, Callable[[], Problem]] = {
        "sf-lscp": lambda: san_francisco("lscp", 16, 5000.0),
        "sf-mclp-4": lambda: san_francisco("mclp", 4, 5000.0),
        "sf-p-median-4": lambda: san_francisco("p_median", 4),
        "sf-p-center-4": lambda: san_francisco("p_center", 4),
        "p-center-500x100-10": lambda: plane("p_center", 500, 100, new=10),
        "p-median-900x900-5": lambda: plane("p_median", 900, 900, new=5, rivals=ON_REQUEST),
        "p-median-900x900-20": lambda: plane("p_median", 900, 900, new=20),
        "p-median-900x900-100": lambda: plane("p_median", 900, 900, new=100, rivals=ON_REQUEST),
    }
    sizes = ((2_000, 300, ALWAYS), (10_000, 1_000, ON_REQUEST), (100_000, 5_000, NEVER))
    for points, candidates, rivals in sizes:
        for clustered in (False, True):
            made |= _towns((points, candidates), clustered=clustered, rivals=rivals)
    return made


def _towns(
    size: tuple[int, int], *, clustered: bool, rivals: str
) -> dict[str, Callable[[], Problem]]:
    points, candidates = size
    kind = f"{'clustered' if clustered else 'uniform'}-{points}x{candidates}"
    asked = {f"mclp-{kind}-{new}": ("mclp", new) for new in (10, 50)}
    asked[f"lscp-{kind}"] = ("lscp", candidates)

    def maker(name: str) -> Callable[[], Problem]:
        model, new = asked[name]
        told = ALWAYS if name == "mclp-uniform-10000x1000-10" else rivals
        return lambda: town(model, size, new=new, clustered=clustered, rivals=told)

    return {name: maker(name) for name in asked}
