"""The C reference: compiled on the spot where gcc is there, called through ctypes."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from towns import Floats, Indices, Town

SOURCE = Path(__file__).with_name("reference.c")
WIDTH_STREETS = 2.0
"""Width of a bucket in mean street lengths, the fastest of those tried; see README.md."""

_INDICES = np.ctypeslib.ndpointer(dtype=np.int32, flags="C_CONTIGUOUS")
_FLOATS = np.ctypeslib.ndpointer(dtype=np.float64, flags="C_CONTIGUOUS")


def there() -> bool:
    """Return whether there is a C compiler."""
    return shutil.which("gcc") is not None


@cache
def compiled() -> ctypes.CDLL:
    """Return the compiled reference."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "reference.so"
        options = ["-O3", "-march=native", "-shared", "-fPIC", "-pthread"]
        subprocess.run(  # noqa: S603  our own source, fixed options
            [shutil.which("gcc") or "gcc", *options, str(SOURCE), "-o", str(target)], check=True
        )
        compiled = ctypes.CDLL(str(target))
    streets = [_INDICES, _INDICES, _FLOATS, ctypes.c_int64]
    compiled.nearest.argtypes = [
        *streets, _INDICES, ctypes.c_int64, ctypes.c_double, ctypes.c_double,
        ctypes.c_int32, _FLOATS, ctypes.c_void_p,
    ]  # fmt: skip
    compiled.nearest.restype = None
    compiled.bounded_sets.argtypes = [
        *streets, _INDICES, _INDICES, ctypes.c_int64, ctypes.c_double, ctypes.c_double,
        ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    compiled.bounded_sets.restype = ctypes.c_int64
    compiled.release.argtypes = [ctypes.c_void_p]
    compiled.release.restype = None
    return compiled


def nearest(
    town: Town,
    seeds: Indices,
    limit_s: float,
    *,
    threads: int = 1,
    width_streets: float = WIDTH_STREETS,
) -> Floats:
    """Return the seconds to the nearest seed of every node."""
    seconds = np.empty(len(town.start) - 1)
    call = _nearest_call(town, seeds, limit_s, width_streets)
    call(threads, seconds, None)
    return seconds


def nearest_rows(
    town: Town,
    seeds: Indices,
    limit_s: float,
    *,
    threads: int = 1,
    width_streets: float = WIDTH_STREETS,
) -> tuple[Floats, Indices]:
    """Return the seconds to the nearest seed of every node, and which seed that is."""
    seconds, row = np.empty(len(town.start) - 1), np.empty(len(town.start) - 1, dtype=np.int32)
    call = _nearest_call(town, seeds, limit_s, width_streets)
    call(threads, seconds, row.ctypes.data)
    return seconds, row


def _nearest_call(
    town: Town, seeds: Indices, limit_s: float, width_streets: float
) -> Callable[[int, Floats, int | None], None]:
    """Return the C function of (threads, seconds, row); row None asks for the seconds alone."""
    width_s = float(town.cost.mean()) * width_streets
    nodes = len(town.start) - 1
    return partial(
        compiled().nearest,
        *(town.start, town.other, town.cost, nodes, seeds, len(seeds), limit_s, width_s),
    )


def bounded_sets(
    town: Town,
    seeds: Indices,
    limit_s: float,
    *,
    threads: int,
    width_streets: float = WIDTH_STREETS,
) -> tuple[Indices, Indices, Floats]:
    """Return (seed, node, seconds) of all nodes within the limit of each seed, by seed."""
    width = float(town.cost.mean()) * width_streets
    order = np.argsort(seeds, kind="stable").astype(np.int32)
    source, node, seconds = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
    count = compiled().bounded_sets(
        town.start, town.other, town.cost, len(town.start) - 1, seeds, order, len(seeds), limit_s,
        width, threads, ctypes.byref(source), ctypes.byref(node), ctypes.byref(seconds),
    )  # fmt: skip
    return (
        _taken(source, ctypes.c_int32 * count),
        _taken(node, ctypes.c_int32 * count),
        _taken(seconds, ctypes.c_double * count),
    )


def _taken(pointer: ctypes.c_void_p, kind: type[ctypes.Array[Any]]) -> NDArray[Any]:
    """Return the array at the pointer; its memory goes back to C when nothing refers to it."""
    held = kind.from_address(pointer.value or 0)
    weakref.finalize(held, compiled().release, pointer)
    return np.ctypeslib.as_array(held)
