"""Siting models beside spopt with CBC and with HiGHS, in one run, plans compared by their worth.

    python benchmarks/siting.py [--list] [--only NAME,NAME…] [--engines geoplan,spopt-cbc]
                                [--limit SECONDS] [--stop SECONDS] [--all] [--json FILE] [--readme]

Needs the ``test`` extra (``spopt``, ``pulp`` with its CBC). Each engine solves each problem once,
in a process of its own, on one thread with gap 0, and is told to stop at the limit; the limit does
not hold for building, so a process is ended at ``--stop``. ``--all`` asks spopt the problems of ten
million pairs and more terms, too, which are left out for it unless told.

Worth is computed here from each plan. Plans that are proven must be worth the same, no other plan
may be better than the bound of any, and an engine's objective must be its plan's worth; of a plan
that is not proven it may be worse, since a programme cut short may not serve everybody from the
nearest site.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import machine
from siting_engines import ENGINES, LABELS, ROOT, Solved
from siting_problems import ALWAYS, NEVER, Problem, problems

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- siting.py writes from here -->", "<!-- end of siting.py -->"
EQUAL = 1e-7
"""Relative difference up to which two worths are the same: the solvers' own tolerance."""
LOOK_S = 0.02
ENGINE_PACKAGES = ("highspy", "spopt", "pulp")


class DisagreementError(Exception):
    """Two engines contradict each other, or one contradicts its own plan."""


@dataclass(frozen=True)
class Row:
    """One engine at one problem."""

    engine: str
    solved: Solved | None
    """None when there is no answer."""
    worth: float = math.nan
    """Of the plan, computed here."""
    peak_mb: float = math.nan
    """Most memory that the process and those that it started held together."""
    why: str = ""
    """Why there is no plan."""

    @property
    def processor_s(self) -> float:
        """Processor time of building and solving, nan without a solve."""
        if self.solved is None or self.solved.processor_s is None:
            return math.nan
        return self.solved.processor_s

    @property
    def proven(self) -> bool:
        """Whether there is a plan that the engine calls the best."""
        return self.solved is not None and self.solved.status == "optimal"


def run(engine: str, problem_file: Path, *, limit_s: float, stop_s: float) -> Row:
    """Return what a process of its own answers, or how far it came before it was ended."""
    answer_file = problem_file.with_name("answer.json")
    answer_file.unlink(missing_ok=True)
    script = Path(__file__).with_name("siting_engines.py")
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    log = problem_file.with_name("log.txt")
    with log.open("w") as said:
        started = subprocess.Popen(  # noqa: S603  a file of this folder
            [
                sys.executable,
                str(script),
                engine,
                str(problem_file),
                str(answer_file),
                str(limit_s),
            ],
            stdout=said,
            stderr=said,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        peak_mb = _watched(started, stop_s)
    solved = _answer(answer_file)
    return Row(engine, solved, peak_mb=peak_mb, why=_why(started.returncode, log, stop_s))


def _answer(file: Path) -> Solved | None:
    if not file.is_file():
        return None
    said = json.loads(file.read_text())
    return Solved(**said | {"sites": None if said["sites"] is None else tuple(said["sites"])})


def _why(exit_code: int, log: Path, stop_s: float) -> str:
    """Return why there is no plan, should there be none."""
    if exit_code == -signal.SIGKILL:
        return f"ended at {stop_s:g} s"
    if exit_code != 0:
        return "failed: " + (log.read_text().strip().splitlines() or ["no word"])[-1][:100]
    return "no plan in time"


def _watched(process: subprocess.Popen[bytes], stop_s: float) -> float:
    """Return the most memory seen until the process is over; end it, and its own, at the stop."""
    begun, peak_mb = time.monotonic(), 0.0
    while process.poll() is None:
        peak_mb = max(peak_mb, sum(map(_held_mb, _family(process.pid))))
        if time.monotonic() - begun > stop_s:
            for pid in _family(process.pid):
                os.kill(pid, signal.SIGKILL)
            process.wait()
        time.sleep(LOOK_S)
    return peak_mb


def _family(pid: int) -> list[int]:
    """Return a process and all that it started."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        for file in Path(f"/proc/{one}/task").glob("*/children"):
            try:
                waiting += map(int, file.read_text().split())
            except OSError:  # it has ended meanwhile
                continue
    return found


def _held_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):  # it has ended meanwhile
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def compared(problem: Problem, rows: list[Row]) -> list[Row]:
    """Return the rows with the worth of their plans.

    Raises
    ------
    DisagreementError
        See the head of this file.
    """
    valued = [_valued(problem, row) for row in rows]
    sign = 1.0 if problem.model == "mclp" else -1.0
    bounds = {row.engine: bound for row in valued if (bound := _bound(row)) is not None}
    for row in valued:
        for engine, bound in bounds.items():
            if sign * (row.worth - bound) > EQUAL * max(abs(bound), 1.0):
                raise DisagreementError(
                    f"the plan of {row.engine} is worth {row.worth}, {engine} has proven {bound}"
                )
    return valued


def _valued(problem: Problem, row: Row) -> Row:
    if row.solved is None or row.solved.sites is None or row.solved.objective is None:
        return row
    try:
        worth = problem.worth(list(row.solved.sites))
    except ValueError as error:
        raise DisagreementError(f"{row.engine}: {error}") from error
    sign = 1.0 if problem.model == "mclp" else -1.0
    boast = sign * (row.solved.objective - worth)
    slack = EQUAL * max(abs(worth), 1.0)
    if boast > slack or (row.proven and boast < -slack):
        raise DisagreementError(
            f"{row.engine} says {row.solved.objective}, but its plan is worth {worth}"
        )
    return Row(row.engine, row.solved, worth, row.peak_mb)


def _bound(row: Row) -> float | None:
    """Return what the engine has proven: its bound, or the worth of a plan that it calls best."""
    if row.solved is None or math.isnan(row.worth):
        return None
    return row.worth if row.solved.status == "optimal" else row.solved.bound


HEAD = (
    "| engine | build, s | solve, s | processor, s | ratio | peak, MB | worth | bound | status |",
    "|---|---|---|---|---|---|---|---|---|",
)


def table(name: str, problem: Problem, rows: list[Row]) -> list[str]:
    """Return the lines of one table; the ratio is of processor time to geoplan's proof.

    An engine that proved nothing would have needed more.
    """
    candidates, points = problem.cost.shape
    size = f"{points:,} points, {candidates:,} candidates, {problem.cost.nnz:,} pairs"
    proofs = [row.processor_s for row in rows if row.engine == "geoplan" and row.proven]
    own_s = min(proofs, default=math.nan)
    return [f"### {name}: {size}", "", *HEAD, *(_line(row, own_s) for row in rows), ""]


def _line(row: Row, own_s: float) -> str:
    solved = row.solved or Solved(math.nan)
    ratio = _figure(row.processor_s / own_s, ".3g")
    cells = (
        LABELS[row.engine],
        _figure(solved.build_s, ".3g"),
        _figure(solved.solve_s, ".3g"),
        _figure(solved.processor_s, ".3g"),
        ratio if row.proven or not ratio else f"> {ratio}",
        _figure(row.peak_mb, ".0f"),
        _figure(row.worth, ",.10g") or "–",
        _figure(solved.bound, ",.10g") or "–",
        f"– {row.why}" if math.isnan(row.worth) else solved.status,
    )
    return f"| {' | '.join(cells)}{', first' if solved.first else ''} |"


def _figure(value: float | None, shape: str) -> str:
    return "" if value is None or math.isnan(value) else format(value, shape)


def main() -> None:
    """Print the tables."""
    asked = _arguments()
    known = problems()
    if asked.list:
        print("\n".join(known))
        return
    names = _chosen(asked.only, list(known), "problem")
    engines = _chosen(asked.engines, list(ENGINES), "engine")
    lines = [*machine.description(), _conditions(asked), ""]
    print("\n".join(lines), flush=True)
    results = {}
    for name in names:
        problem = known[name]()
        try:
            rows = compared(problem, _asked(problem, engines, asked))
        except DisagreementError as error:
            sys.exit(f"siting.py: {name}: {error}")
        results[name] = [asdict(row) for row in rows]
        said = [*table(name, problem, rows), f"Load {os.getloadavg()[0]:.1f}.", ""]
        lines += said
        print("\n".join(said), flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    if asked.readme:
        _put_into_readme(lines)


def _asked(problem: Problem, engines: list[str], asked: argparse.Namespace) -> list[Row]:
    takes = problem.rivals == ALWAYS or (asked.all and problem.rivals != NEVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "problem.npz"
        problem.save(file)
        return [
            run(engine, file, limit_s=asked.limit, stop_s=asked.stop)
            for engine in engines
            if takes or engine == "geoplan"
        ]


def _chosen(wanted: str, known: list[str], kind: str) -> list[str]:
    names = [name for name in wanted.split(",") if name] or known
    unknown = [name for name in names if name not in known]
    if unknown:
        sys.exit(f"siting.py: no {kind} is called {unknown[0]}; say some of {', '.join(known)}")
    return names


def _conditions(asked: argparse.Namespace) -> str:
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in ENGINE_PACKAGES)
    return (
        f"{versions}; one thread, gap 0. Limit {asked.limit:.0f} s for solving, end at "
        f"{asked.stop:.0f} s; load when it began {os.getloadavg()[0]:.1f}."
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Siting models side by side.")
    parser.add_argument("--list", action="store_true", help="print the problems' names")
    parser.add_argument("--only", default="", help="problems, as sf-lscp,sf-mclp-4")
    parser.add_argument("--engines", default="", help=f"some of {','.join(ENGINES)}")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for solving")
    parser.add_argument("--stop", type=float, default=300.0, help="seconds for all of one engine")
    parser.add_argument("--all", action="store_true", help="spopt at 10,000 x 1,000 as well")
    parser.add_argument("--json", type=Path, help="write the answers there too")
    parser.add_argument("--readme", action="store_true", help="put the tables into README.md")
    return parser.parse_args()


def _put_into_readme(lines: list[str]) -> None:
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    text = "\n".join(lines).strip()
    README.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
