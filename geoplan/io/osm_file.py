"""Opening an OpenStreetMap file, and saying in one sentence why it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import osmium

from geoplan.errors import InputError


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the faults of the OSM library into one clear sentence.

    Raises
    ------
    InputError
        The file is missing or is not what its ending says.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; name an OpenStreetMap extract")
    try:
        yield
    except (RuntimeError, osmium.InvalidLocationError) as error:
        raise InputError(
            f"{path}: not a readable OpenStreetMap file ({error}); "
            "export it again as .osm.pbf or .osm"
        ) from error


def data_date(path: Path) -> str:
    """Return the date of the data as the file's header states it, empty when it does not."""
    with reading(path):
        header = osmium.io.Reader(str(path)).header()
    return header.get("osmosis_replication_timestamp") or header.get("timestamp")


def is_made(path: Path) -> bool:
    """Return whether the file says of itself that it was made, not surveyed."""
    with reading(path):
        header = osmium.io.Reader(str(path)).header()
    return "made data" in header.get("generator")
