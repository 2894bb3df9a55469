"""One network file for many runs."""

from __future__ import annotations

from pathlib import Path

from geoplan.domain.crs import is_metric, known_crs
from geoplan.errors import ConfigError, CrsError, OutputError
from geoplan.io.array_file import is_kind
from geoplan.io.network_store import NETWORK_FILE, WALK, write_network
from geoplan.io.networks import read_network
from geoplan.pipeline import Progress


def store_network(source: Path, target: Path, *, crs: str | None, progress: Progress) -> Path:
    """Build the walking network of a file and write it as a network file.

    Raises
    ------
    ConfigError
        ``target`` does not end in ``.walk``.
    CrsError
        ``crs`` is unknown or not metric.
    OutputError
        ``target`` is something that geoplan did not write, or the disk refuses.
    InputError, NetworkError
        The streets cannot be read.
    """
    if target.suffix.lower() != WALK:
        raise ConfigError(f"--out {target}: a network file ends in {WALK}; name one that does")
    if target.exists() and not (target.is_file() and is_kind(target, NETWORK_FILE)):
        raise OutputError(f"{target}: geoplan did not write this; choose another file with --out")
    if crs is not None and not is_metric(known_crs(crs, where="--crs")):
        raise CrsError(f"--crs {crs} is not a metric system; name one such as EPSG:4549")
    progress("read_network")
    write_network(read_network(source, crs=crs), target)
    return target
