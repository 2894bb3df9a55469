"""The folder of results: it appears whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from geoplan.errors import OutputError
from geoplan.io.csv_text import csv_chunks

MANIFEST = "manifest.json"
"""Every folder that geoplan wrote holds this file; only such a folder is ever replaced."""

_THREADS = 2
_SHAPEFILE_PARTS = (".dbf", ".shx", ".prj", ".cpg")

Writer = Callable[[Path], None]


def write_folder(target: Path, writers: Mapping[str, Writer]) -> Path:
    """Write every file of a result folder, then put the folder in place in one step.

    The last file is written when all others are complete.

    An earlier result of geoplan in ``target`` is replaced only once the new one is complete; when
    anything fails, it stays as it was.

    Raises
    ------
    OutputError
        ``target`` holds something that geoplan did not write, or the disk refuses.
    """
    _refuse_foreign(target)
    with _workspace(target) as fresh:
        try:
            *most, last = writers.items()
            with ThreadPoolExecutor(_THREADS) as pool:
                # GDAL writes its layers while Python writes its tables
                for written in [pool.submit(write, fresh / name) for name, write in most]:
                    written.result()
            last[1](fresh / last[0])
        except OSError as error:
            raise OutputError(
                f"{target}: the results could not be written ({error.strerror or error}); "
                "free space or choose another folder with --out"
            ) from error
        _swap(fresh, target)
    return target


def later(make: Callable[[], Writer]) -> Writer:
    """Return a writer whose content is made when its file is written, beside other files."""

    def write(path: Path) -> None:
        make()(path)

    return write


def text_writer(text: str) -> Writer:
    """Return a writer of a UTF-8 text file."""

    def write(path: Path) -> None:
        path.write_bytes(text.encode("utf-8"))

    return write


def bytes_writer(content: bytes) -> Writer:
    """Return a writer of a binary file."""

    def write(path: Path) -> None:
        path.write_bytes(content)

    return write


def json_writer(value: Mapping[str, Any] | list[Any]) -> Writer:
    """Return a writer of indented JSON with sorted keys; NaN is refused."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return text_writer(text + "\n")


def csv_writer(table: pd.DataFrame) -> Writer:
    """Return a writer of a CSV table, as ``csv_text.csv_chunks`` has it."""

    def write(path: Path) -> None:
        with path.open("wb") as stream:
            stream.writelines(csv_chunks(table))

    return write


def _refuse_foreign(target: Path) -> None:
    if target.is_file():
        raise OutputError(f"{target} is a file; choose a folder with --out")
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise OutputError(
            f"{target} holds files that geoplan did not write; choose another folder with --out"
        )


@contextmanager
def _workspace(target: Path) -> Iterator[Path]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OutputError(
            f"{target}: the folder cannot be made ({error.strerror or error}); "
            "choose another one with --out"
        ) from error
    try:
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, target: Path) -> None:
    """Put the fresh folder in place; the old one comes back when that fails."""
    fresh.chmod(0o755)
    old = fresh.with_name(f"{fresh.name}.old")
    if target.exists():
        target.rename(old)
    try:
        fresh.rename(target)
    except OSError as error:
        if old.exists():
            old.rename(target)
        raise OutputError(f"{target}: the new results could not be put in place") from error
    shutil.rmtree(old, ignore_errors=True)


def require_own_places(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Raise ``OutputError`` unless every output may be written: no input, no folder, each its own.

    Two paths are one file also by way of a link, and on disks that know no capitals.
    """
    taken = [place for path in inputs for place in _places(path)]
    for path in outputs:
        place = path.resolve()
        if any(_is_same(place, other) for other in taken):
            raise OutputError(
                f"{path}: this file is already read or written here and is never changed in "
                "place; choose another file"
            )
        if path.is_dir() or not path.parent.is_dir():
            what = "this is a folder" if path.is_dir() else f"there is no folder {path.parent}"
            raise OutputError(f"{path}: {what}; choose a file in a folder that is there")
        taken.append(place)


def _places(path: Path) -> list[Path]:
    """Return the place of a file, and of the parts of a shapefile."""
    place = path.resolve()
    parts = _SHAPEFILE_PARTS if place.suffix.lower() == ".shp" else ()
    return [place, *(place.with_suffix(ending) for ending in parts)]


def _is_same(place: Path, other: Path) -> bool:
    there = place.exists() and other.exists()
    return place.samefile(other) if there else place == other


def write_file(path: Path, write: Writer) -> Path:
    """Write one file beside its place and put it there in one step; return the path.

    Raises
    ------
    OutputError
        The folder is not there, or the disk refuses; what stood there before still does.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=f".{path.stem}-", dir=path.parent) as folder:
            fresh = Path(folder) / path.name
            write(fresh)
            fresh.chmod(0o644)
            fresh.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: the file could not be written ({error.strerror or error}); "
            "choose another place or free space"
        ) from error
    return path
