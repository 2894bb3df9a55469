"""Where and with what a table was measured."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

_PACKAGES = (
    "numpy", "numba", "scipy", "networkx", "osmnx", "shapely", "pandana", "networkit", "rustworkx",
    "igraph",
)  # fmt: skip


def description() -> list[str]:
    """Return lines that name date, machine and versions."""
    where = (
        f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}: {_processor()}, "
        f"{os.cpu_count()} cores, {_memory_gb():.0f} GB, {_system()}."
    )
    what = f"Python {platform.python_version()}, {_compiler()}, {', '.join(_versions())}."
    return [where, what]


def _versions() -> list[str]:
    found = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.is_file() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor() or platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform(terse=True)


def _compiler() -> str:
    try:
        done = subprocess.run(
            ["gcc", "-dumpfullversion"],  # noqa: S607  whichever gcc builds the reference
            capture_output=True,
            text=True,
            check=True,
        )
    except FileNotFoundError:
        return "no gcc"
    return f"gcc {done.stdout.strip()}"
