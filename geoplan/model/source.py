"""Where a table came from: name, date, coordinate system, and whether it was made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """The origin of one input, carried to every output that shows it."""

    name: str
    """File name or service, as a reader would cite it."""
    crs: str
    """Coordinate reference system of the data as read, such as ``EPSG:4490``."""
    date: str = ""
    """Date of the data (ISO), empty when the source does not say."""
    synthetic: bool = False
    """True when the data were made for demonstration."""
    rounded_rows: int = 0
    """Rows whose people were not whole numbers and have been rounded."""
    note: str = ""
    """Licence or limits, as printed under a map."""
