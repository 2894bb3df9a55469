"""Measures of coverage, supply and capacity beside PySAL, pandas, networkx and SciPy, in one run.

    python benchmarks/measures.py [HOMES,HOMES…] [--readme]

Needs the ``test`` extra (``access``, ``inequality``). The first town is the embedded sample; the
others are made: so many homes of 1 to 60 people, one facility for each sixty of them, five in the
reach of each home. Answers are compared before a time is believed; times are medians of five runs
in one process.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, vstack

sys.path.insert(0, str(Path(__file__).parents[1]))

from geoplan.jobs import load_inputs, open_project
from geoplan.model.pairs import WalkPairs
from geoplan.model.reach import WalkTimes
from geoplan.pipeline import lay_ground
from geoplan.solvers.assignment import assign
from geoplan.stages.fairness import gini, lorenz_curve
from geoplan.stages.reach import walking_times
from geoplan.stages.supply import access_scores
from geoplan.stages.unit_rows import unit_rows

LIMIT_S = 900.0
RUNS = 5
BEGIN = "<!-- measures.py writes from here -->"
README = Path(__file__).parent / "README.md"


@dataclass(frozen=True)
class Town:
    """What every engine is asked about."""

    name: str
    times: WalkTimes
    people: np.ndarray
    places: np.ndarray
    community: np.ndarray
    """(homes,) number of the community, −1 outside."""


def sample() -> Town:
    """Return the embedded sample: people of 60 and over, care facilities with their capacity."""
    project = open_project()
    inputs = load_inputs(project, progress=lambda _stage: None)
    ground = lay_ground(inputs, project.file)
    times = walking_times(ground.graph, ground.homes, limit_s=LIMIT_S)
    gives = inputs.facilities.giving("elderly_care")
    community = unit_rows(inputs.boundaries, ground.units)[-1].member
    return Town(
        "sample",
        WalkTimes(seconds=csr_array(times.seconds[np.flatnonzero(gives)]), limit_s=LIMIT_S),
        inputs.demand.of("60+"),
        np.floor(inputs.facilities.attributes["capacity"][gives]).astype(np.int64),
        community,
    )


def made(homes: int) -> Town:
    """Return a made town of so many homes; the same number is the same town everywhere."""
    rng = np.random.default_rng(homes)
    facilities = max(homes // 60, 6)
    home = np.repeat(np.arange(homes), 5)
    near = home * facilities // homes + rng.integers(-4, 5, home.size)
    pairs = pd.DataFrame({"home": home, "facility": near % facilities}).drop_duplicates()
    seconds = rng.integers(1, 901, len(pairs)).astype(float)
    cells = coo_array((seconds, (pairs["facility"], pairs["home"])), shape=(facilities, homes))
    return Town(
        f"{homes:,} homes",
        WalkTimes(seconds=csr_array(cells), limit_s=LIMIT_S),
        rng.integers(1, 61, homes),
        rng.integers(500, 2_000, facilities),
        np.arange(homes) * 125 // homes,
    )


def median_s(work: Callable[[], Any], *, runs: int = RUNS) -> tuple[float, Any]:
    """Return the median seconds of several runs after a first one, and the answer."""
    answer, taken = work(), []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken), answer


def two_step(town: Town) -> list[tuple[str, float]]:
    """Return 2SFCA by geoplan and by PySAL access."""
    from access import fca

    ours, scores = median_s(
        lambda: access_scores(
            town.times,
            town.places.astype(float),
            town.people,
            method="2sfca",
            limit_s=LIMIT_S,
        )
    )
    pairs = town.times.seconds.tocoo()
    cost = pd.DataFrame({"origin": pairs.col, "dest": pairs.row, "cost": pairs.data})
    demand = pd.DataFrame({"demand": town.people.astype(float)})
    supply = pd.DataFrame({"supply": town.places.astype(float)})

    def pysal() -> pd.Series:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return fca.two_stage_fca(demand, supply, cost, max_cost=LIMIT_S, demand_index=True)

    theirs, found = median_s(pysal)
    same = found.reindex(demand.index).fillna(0.0).to_numpy()
    np.testing.assert_allclose(scores, same, rtol=1e-9)
    return [("geoplan", ours), ("PySAL access", theirs)]


def fairness(town: Town) -> list[tuple[str, float]]:
    """Return the Gini of people by geoplan, and by PySAL inequality with every person listed."""
    from inequality.gini import Gini

    scores = access_scores(
        town.times, town.places.astype(float), town.people, method="2sfca", limit_s=LIMIT_S
    )
    ours, value = median_s(lambda: gini(lorenz_curve(town.people, scores)))
    listed = np.repeat(scores, town.people)
    theirs, found = median_s(lambda: Gini(listed).g)
    np.testing.assert_allclose(value, found, rtol=1e-6)
    return [("geoplan", ours), ("PySAL inequality", theirs)]


def places(town: Town) -> list[tuple[str, float]]:
    """Return the assignment of people to places by geoplan, networkx and SciPy's HiGHS."""
    seconds = town.times.seconds.copy()
    seconds.data = np.round(seconds.data)
    pairs = WalkPairs.of(WalkTimes(seconds=seconds, limit_s=LIMIT_S))
    ours, found = median_s(lambda: assign(pairs, town.people, town.places))
    rows = [("geoplan, proven", ours)]
    if pairs.home.size < 20_000:
        theirs, flow = median_s(lambda: _networkx(pairs, town), runs=1)
        np.testing.assert_allclose((found.placed, found.walked_s), flow, rtol=1e-9)
        rows.append(("networkx max_flow_min_cost (1 run)", theirs))
    theirs, flow = median_s(lambda: _scipy(pairs, town), runs=3)
    np.testing.assert_allclose((found.placed, found.walked_s), flow, rtol=1e-6)
    return [*rows, ("SciPy linprog (HiGHS), one big programme", theirs)]


def _networkx(pairs: WalkPairs, town: Town) -> tuple[int, float]:
    graph = nx.DiGraph()
    for home, count in enumerate(town.people.tolist()):
        graph.add_edge("source", ("home", home), capacity=count, weight=0)
    for facility, count in enumerate(town.places.tolist()):
        graph.add_edge(("facility", facility), "sink", capacity=count, weight=0)
    for facility, home, seconds in zip(pairs.facility, pairs.home, pairs.seconds, strict=True):
        graph.add_edge(("home", home), ("facility", facility), weight=int(seconds))
    flow = nx.max_flow_min_cost(graph, "source", "sink")
    return sum(flow["source"].values()), float(nx.cost_of_flow(graph, flow))


def _scipy(pairs: WalkPairs, town: Town) -> tuple[int, float]:
    one, column = np.ones(pairs.home.size), np.arange(pairs.home.size)
    rules = vstack(
        [
            coo_array((one, (pairs.home, column)), shape=(pairs.homes, column.size)),
            coo_array((one, (pairs.facility, column)), shape=(pairs.facilities, column.size)),
        ]
    )
    dear = LIMIT_S * 1e3
    most = np.concatenate([town.people, town.places])
    found = linprog(pairs.seconds - dear, A_ub=rules.tocsr(), b_ub=most, method="highs")
    placed = round(found.x.sum())
    return placed, found.fun + dear * placed


def counted(town: Town) -> list[tuple[str, float]]:
    """Return covered people by community for 144 slices, by geoplan's product and by pandas."""
    rng = np.random.default_rng(0)
    served = rng.random((town.people.size, 144)) < 0.5
    units = int(town.community.max()) + 1
    from geoplan.stages.unit_rows import Rows

    names = np.arange(units).astype(str)
    rows = Rows("community", names, names, town.community)
    ours, sums = median_s(lambda: rows.sums(town.people[:, None] * served))

    def pandas_sums() -> pd.DataFrame:
        by_slice = pd.DataFrame(town.people[:, None] * served)
        return by_slice[town.community >= 0].groupby(town.community[town.community >= 0]).sum()

    theirs, grouped = median_s(pandas_sums)
    assert (sums[grouped.index] == grouped.to_numpy()).all()
    return [("geoplan", ours), ("pandas groupby", theirs)]


WORKS = {
    "Covered people by community, 144 slices": counted,
    "2SFCA": two_step,
    "Gini, weighted by people": fairness,
    "Minimum-cost assignment": places,
}


def report(towns: list[Town]) -> list[str]:
    """Return the tables as Markdown."""
    lines = []
    for title, work in WORKS.items():
        lines += [f"### {title}", "", "| town | engine | median, ms | ratio |", "|---|---|---|---|"]
        for town in towns:
            found = work(town)
            for engine, taken in found:
                ratio = taken / found[0][1]
                lines.append(f"| {town.name} | {engine} | {1e3 * taken:.3g} | {ratio:.3g} |")
        lines.append("")
    return lines


def main() -> None:
    """Print the tables; with ``--readme`` write them into the README too."""
    words = [one for one in sys.argv[1:] if not one.startswith("--")]
    sizes = [int(float(one)) for one in words[0].split(",")] if words else [5_000, 20_000, 80_000]
    lines = report([sample(), *map(made, sizes)])
    print("\n".join(lines))
    if "--readme" in sys.argv:
        before = README.read_text(encoding="utf-8").split(BEGIN)
        kept = before[0] + BEGIN + "\n\n" + "\n".join(lines)
        rest = before[1].split("<!-- end of measures.py -->", 1)[1]
        README.write_text(kept + "<!-- end of measures.py -->" + rest, encoding="utf-8")


if __name__ == "__main__":
    main()
