"""One engine at one work in a process of its own: its memory is its own, and so is its crash.

    python process.py ENGINE WORK.npz ANSWER.npz BOUND_S

The measurement lies beside the answer as JSON: what an engine prints is its own affair.
"""

from __future__ import annotations

import gc
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from rivals import RIVALS, Way
from towns import made_town, places
from works import Work

ROOT = Path(__file__).resolve().parents[1]
RUNS = 5
STEADY_S = 0.5
"""Short works are repeated until they took this long together, so that one hiccup says little."""
MOST_RUNS = 51
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Measured:
    """What one engine needed for one work."""

    seconds: float
    """Median of the runs, scaled up where a part of the work was done."""
    fastest_s: float
    """The fastest run, likewise."""
    runs: int
    start_s: float
    """Imports, compiling where the engine compiles, and the same work on 400 nodes."""
    prepare_s: float
    """Building the engine's own graph."""
    prepared_mb: float
    """What that holds."""
    peak_mb: float
    """Most that the search needed above it, the answer included."""


def measure(engine: str, work_file: Path, answer_file: Path, bound_s: float) -> Measured:
    """Return the measurement; the answer is left in a file."""
    work = Work.load(work_file)
    way = RIVALS[engine].ways[work.name]
    start_s = _timed(lambda: _tried_out(way, work))
    bare_mb = _memory_mb("VmRSS")
    begun = time.perf_counter()
    prepared = way.prepare(work)
    prepare_s = time.perf_counter() - begun
    ready_mb = _memory_mb("VmRSS")
    first_s, raw, peak_mb = _watched(lambda: way.search(prepared, work))
    np.savez(answer_file, **way.answer(raw, work).arrays())
    del raw
    wanted = min(max(RUNS, int(STEADY_S / first_s)), MOST_RUNS)
    runs = int(min(max((bound_s - prepare_s - first_s) / first_s, 0), wanted))
    taken = [_timed(lambda: way.search(prepared, work)) for _ in range(runs)] or [first_s]
    return Measured(
        seconds=statistics.median(taken) * way.scale(work),
        fastest_s=min(taken) * way.scale(work),
        runs=len(taken),
        start_s=start_s,
        prepare_s=prepare_s,
        prepared_mb=ready_mb - bare_mb,
        peak_mb=peak_mb - ready_mb,
    )


def _tried_out(way: Way, work: Work) -> object:
    town = made_town(400)
    small = replace(work, town=town, seeds=places(town, 5))
    return way.search(way.prepare(small), small)


def _timed(search: Callable[[], object]) -> float:
    begun = time.perf_counter()
    search()
    return time.perf_counter() - begun


def _watched(search: Callable[[], object]) -> tuple[float, object, float]:
    """Return the seconds, what came back, and the most memory held on the way."""
    gc.collect()
    if _STATUS.is_file():
        (_STATUS.parent / "clear_refs").write_text("5")  # the peak starts anew from what is held
    begun = time.perf_counter()
    raw = search()
    return time.perf_counter() - begun, raw, _memory_mb("VmHWM")


def _memory_mb(field: str) -> float:
    """Return a line of the kernel's account of this process; NaN where there is none."""
    if not _STATUS.is_file():
        return float("nan")
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return float(lines[field].split()[0]) / 1024


def run(engine: str, work_file: Path, answer_file: Path, bound_s: float) -> Measured | str:
    """Return the measurement from a process of its own, or why there is none."""
    command = [sys.executable, __file__, engine, str(work_file), str(answer_file), str(bound_s)]
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    try:
        done = subprocess.run(  # noqa: S603  this file again
            command,
            capture_output=True,
            text=True,
            timeout=2 * bound_s + 60,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
    except subprocess.TimeoutExpired:
        return f"stopped after {2 * bound_s + 60:.0f} s"
    if done.returncode != 0:
        why = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        return f"failed: {why[:120]}"
    return Measured(**json.loads(answer_file.with_suffix(".json").read_text()))


if __name__ == "__main__":
    name, work_path, answer_path, bound = sys.argv[1:]
    found = measure(name, Path(work_path), Path(answer_path), float(bound))
    Path(answer_path).with_suffix(".json").write_text(json.dumps(asdict(found)))
