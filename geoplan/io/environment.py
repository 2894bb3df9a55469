"""Whether this machine can run geoplan: one diagnosis a part, nothing heavy imported."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from geoplan.errors import InputError
from geoplan.io.paths import sample_project

PYTHON = (3, 11)
"""The oldest Python that the dependencies still serve."""

PACKAGES = {
    "folium": "folium",
    "geopandas": "geopandas",
    "highspy": "highspy",
    "jinja2": "jinja2",
    "llvmlite": "llvmlite",
    "networkx": "networkx",
    "numba": "numba",
    "numpy": "numpy",
    "osmium": "osmium",
    "osmnx": "osmnx",
    "pandas": "pandas",
    "pydantic": "pydantic",
    "pyogrio": "pyogrio",
    "pypinyin": "pypinyin",
    "pypinyin-dict": "pypinyin_dict",
    "pyproj": "pyproj",
    "python-calamine": "python_calamine",
    "python-docx": "docx",
    "rich": "rich",
    "scipy": "scipy",
    "shapely": "shapely",
    "typer": "typer",
    "xlsxwriter": "xlsxwriter",
}
"""Distribution → module of every dependency (a test compares them with pyproject.toml)."""

_ENOUGH_MEMORY_BYTES = 1_000_000_000
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
    "C:/Windows/Fonts",
)
_CJK_FONTS = ("cjk", "wqy", "simsun", "simhei", "msyh", "pingfang", "fangsong", "droidsansfallback")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One part that was looked at."""

    name: str
    ok: bool
    """False when a run cannot succeed before it is mended."""
    detail: str
    """What was found."""
    mend: str
    """What to do; advice only when ``ok``, empty when there is nothing to do."""


def diagnose_environment() -> list[Diagnosis]:
    """Return one diagnosis for Python, each dependency, the disk, memory, fonts and the sample."""
    return [
        _python(),
        *(_package(name, module) for name, module in PACKAGES.items()),
        _writable(Path.cwd()),
        _memory(),
        _sample(),
        _font(),
        _browser(),
    ]


def _python() -> Diagnosis:
    found = ".".join(str(part) for part in sys.version_info[:3])
    ok = sys.version_info[:2] >= PYTHON
    return Diagnosis("python", ok, found, "" if ok else "install Python 3.11 or newer")


def _package(name: str, module: str) -> Diagnosis:
    try:
        found = version(name)
    except PackageNotFoundError:
        return Diagnosis(name, ok=False, detail="not installed", mend=f"pip install {name}")
    ok = find_spec(module) is not None
    mend = "" if ok else f"pip install --force-reinstall {name}"
    return Diagnosis(name, ok, found if ok else f"{found}, files missing", mend)


def _writable(folder: Path) -> Diagnosis:
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        mend = "work in a folder of your own, or name one with --out"
        return Diagnosis("write access", ok=False, detail=f"{folder}: {error.strerror}", mend=mend)
    return Diagnosis("write access", ok=True, detail=str(folder), mend="")


def _memory() -> Diagnosis:
    try:
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return Diagnosis("memory", ok=True, detail="not known on this system", mend="")
    mend = "" if size >= _ENOUGH_MEMORY_BYTES else "close other programs; 1 GB serves a district"
    return Diagnosis("memory", ok=True, detail=f"{size / 1e9:.1f} GB", mend=mend)


def _sample() -> Diagnosis:
    try:
        return Diagnosis("sample data", ok=True, detail=str(sample_project()), mend="")
    except InputError as error:
        what, _, mend = str(error).partition("; ")
        return Diagnosis("sample data", ok=False, detail=what, mend=mend)


def _font() -> Diagnosis:
    """Return whether a Chinese font is installed: maps are read in a browser that needs one."""
    found = next(
        (
            file.name
            for folder in _FONT_FOLDERS
            for file in sorted(Path(folder).rglob("*.[to]t[cf]"))
            if any(word in file.name.lower() for word in _CJK_FONTS)
        ),
        None,
    )
    if found is None:
        mend = "install fonts-noto-cjk or fonts-wqy-microhei to see Chinese on this machine"
        return Diagnosis("Chinese font", ok=True, detail="none found", mend=mend)
    return Diagnosis("Chinese font", ok=True, detail=found, mend="")


def _browser() -> Diagnosis:
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        mend = "optional: the browser tests need Debian's chromium"
        return Diagnosis("browser", ok=True, detail="none found", mend=mend)
    return Diagnosis("browser", ok=True, detail=found, mend="")
