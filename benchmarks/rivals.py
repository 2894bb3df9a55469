"""Who takes part: for each engine and work what is made ready, what is timed, what it answered.

``prepare`` builds the engine's own graph. Only ``search`` is timed. ``answer`` brings what came
back into the common form.

Engines without a search from many sources get one more node, joined to all facilities by streets
of no length: the fair way to ask for the nearest in one search.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np
import rival_searches as searches
from works import NEAREST, SETS, Answer, Sets, Times, Work

_NO_WAY = 1e300
"""networkit says the largest float where there is no way."""


@dataclass(frozen=True)
class Way:
    """How one engine does one work."""

    prepare: Callable[[Work], Any]
    search: Callable[[Any, Work], Any]
    answer: Callable[[Any, Work], Answer]
    scale: Callable[[Work], float] = lambda _: 1.0
    """What the seconds are multiplied by when only a part of the work was done."""
    note: str = ""


@dataclass(frozen=True)
class Rival:
    """One engine."""

    label: str
    module: str
    """What must be importable; ``gcc`` must be on the path."""
    ways: dict[str, Way]
    tolerance_s: float = 1e-6
    needs_limit: bool = False
    """Whether it cannot search without a limit."""

    def takes(self, work: Work) -> bool:
        """Return whether the engine has a way to do the work."""
        return work.name in self.ways and not (self.needs_limit and np.isinf(work.limit_s))

    def there(self) -> bool:
        """Return whether the engine can take part."""
        if self.module == "gcc":
            return shutil.which("gcc") is not None
        return find_spec(self.module) is not None


def _times(raw: Any, work: Work) -> Times:
    """Return the times up to the limit: not every engine can be told to stop there."""
    seconds = np.array(raw, dtype=np.float64)
    seconds[(seconds > work.limit_s) | (seconds > _NO_WAY)] = np.inf
    return Times(seconds)


def _first_times(raw: Any, work: Work) -> Times:
    return _times(raw[0], work)


def _times_of_mapping(raw: Any, work: Work) -> Times:
    seconds = np.full(len(work.town.node_xy), np.inf)
    node = np.fromiter(raw.keys(), np.int64, len(raw))
    value = np.fromiter(raw.values(), np.float64, len(raw))
    real = node < seconds.size
    seconds[node[real]] = value[real]
    return _times(seconds, work)


def _without_last(raw: Any, work: Work) -> Times:
    return _times(np.asarray(raw).ravel()[:-1], work)


def _sets(raw: Any, work: Work) -> Sets:
    source, node, seconds = raw
    return Sets(seconds, source, node, len(work.seeds))


def _sets_of_mappings(raw: Any, _: Work) -> Sets:
    source = np.repeat(np.arange(len(raw)), [len(found) for found in raw])
    node = np.concatenate([np.fromiter(found.keys(), np.int64, len(found)) for found in raw])
    seconds = np.concatenate([np.fromiter(found.values(), np.float64, len(found)) for found in raw])
    return Sets(seconds, source, node, len(raw))


def _times_of_pandana(raw: Any, work: Work) -> Times:
    seconds = raw[1].to_numpy(dtype=np.float64)
    return Times(np.where(seconds < work.limit_s, seconds, np.inf))


def _sets_of_pandana(raw: Any, work: Work) -> Sets:
    row = np.empty(len(work.town.node_xy), dtype=np.int64)
    row[work.seeds] = np.arange(len(work.seeds))
    return Sets(
        raw["seconds"].to_numpy(dtype=np.float64),
        row[raw["source"].to_numpy()],
        raw["destination"].to_numpy(),
        len(work.seeds),
    )


def _sets_of_matrix(raw: Any, work: Work) -> Sets:
    source = np.repeat(np.arange(len(work.seeds)), np.diff(raw.indptr))
    return Sets(raw.data, source, raw.indices, len(work.seeds))


def _geoplan(threads: int) -> dict[str, Way]:
    prepare = searches.geoplan_prepare
    return {
        NEAREST: Way(prepare, partial(searches.geoplan_nearest, threads=threads), _times),
        SETS: Way(prepare, partial(searches.geoplan_sets, threads=threads), _sets_of_matrix),
    }


def _c(threads: int) -> dict[str, Way]:
    prepare = searches.c_prepare
    return {
        NEAREST: Way(prepare, partial(searches.c_nearest, threads=threads), _times),
        SETS: Way(prepare, partial(searches.c_sets, threads=threads), _sets),
    }


RIVALS = {
    "scipy": Rival(
        "SciPy",
        "scipy",
        {
            NEAREST: Way(searches.scipy_prepare, searches.scipy_nearest, _times),
            SETS: Way(searches.scipy_prepare, searches.scipy_sets, _sets),
        },
    ),
    "geoplan": Rival("geoplan, 1 thread", "geoplan", _geoplan(1)),
    "geoplan-2": Rival("geoplan, 2 threads", "geoplan", _geoplan(2)),
    "c": Rival("C reference, 1 thread", "gcc", _c(1)),
    "c-2": Rival("C reference, 2 threads", "gcc", _c(2)),
    "scipy-which": Rival(
        "SciPy, and which facility",
        "scipy",
        {NEAREST: Way(searches.scipy_prepare, searches.scipy_which, _first_times)},
    ),
    "geoplan-which": Rival(
        "geoplan, and which facility",
        "geoplan",
        {
            NEAREST: Way(
                searches.geoplan_prepare, partial(searches.geoplan_which, threads=1), _first_times
            )
        },
    ),
    "c-which": Rival(
        "C reference, and which facility",
        "gcc",
        {NEAREST: Way(searches.c_prepare, searches.c_which, _first_times)},
    ),
    "networkit": Rival(
        "networkit",
        "networkit",
        {NEAREST: Way(searches.networkit_prepare, searches.networkit_nearest, _without_last)},
    ),
    "igraph": Rival(
        "igraph",
        "igraph",
        {NEAREST: Way(searches.igraph_prepare, searches.igraph_nearest, _without_last)},
    ),
    "rustworkx": Rival(
        "rustworkx",
        "rustworkx",
        {NEAREST: Way(searches.rustworkx_prepare, searches.rustworkx_nearest, _times_of_mapping)},
    ),
    "networkx": Rival(
        "networkx",
        "networkx",
        {
            NEAREST: Way(searches.networkx_prepare, searches.networkx_nearest, _times_of_mapping),
            SETS: Way(
                searches.networkx_prepare,
                searches.networkx_sets,
                _sets_of_mappings,
                searches.networkx_share,
                "a hundredth of the facilities, scaled up",
            ),
        },
    ),
    "pandana": Rival(
        "pandana",
        "pandana",
        {
            NEAREST: Way(searches.pandana_prepare, searches.pandana_nearest, _times_of_pandana),
            SETS: Way(searches.pandana_prepare, searches.pandana_sets, _sets_of_pandana),
        },
        tolerance_s=0.1,  # it rounds each street to a thousandth of a second
        needs_limit=True,
    ),
}
