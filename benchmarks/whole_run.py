"""The planner's wait: the seconds of ``geoplan run`` on the sample, from the shell and back."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WARM_RUNS = 3


def installed() -> bool:
    """Return whether the command is installed here: its manifest names its version."""
    try:
        metadata.version("geoplan")
    except metadata.PackageNotFoundError:
        return False
    return True


def cold_and_warm_s() -> tuple[float, float]:
    """Return the seconds of a first run and of later ones (median).

    Cold means that Python has no bytecode of any module and numba no compiled code.
    """
    with tempfile.TemporaryDirectory() as folder:
        caches = {
            "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode"),
            "NUMBA_CACHE_DIR": str(Path(folder) / "compiled"),
        }
        cold = _run_s(Path(folder) / "cold", caches)
        warm = [_run_s(Path(folder) / f"warm{turn}", caches) for turn in range(WARM_RUNS)]
    return cold, statistics.median(warm)


def _run_s(folder: Path, caches: dict[str, str]) -> float:
    begun = time.perf_counter()
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "geoplan", "run", "--out", str(folder)],
        env=os.environ | caches | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode > 1:  # 1: the sample holds findings for the planner
        raise RuntimeError(f"geoplan run failed: {done.stderr.strip()[-300:]}")
    return time.perf_counter() - begun
