"""Where the shapes of a layer lie, and layers whose numbers cannot be what they are declared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, is_metric
from geoplan.errors import CrsError, SchemaError
from geoplan.io.tables import Table
from geoplan.model.arrays import Flags, Floats, Geometries

_GLOBE = np.array([-180.0, -90.0, 180.0, 90.0])
_ROUNDING_DEGREES = 1e-6


def inner_points(shapes: Geometries) -> Floats:
    """Return a point on each shape, shape (n, 2); NaN where it is missing, empty or not finite."""
    found = np.full((len(shapes), 2), np.nan)
    there = finite_shapes(shapes)
    found[there] = shapely.get_coordinates(shapely.point_on_surface(shapes[there]))
    return found


def finite_shapes(shapes: Geometries) -> Flags:
    """Return which shapes are there, not empty, and have finite positions alone."""
    found: Flags = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    xy, shape = shapely.get_coordinates(shapes, return_index=True)
    found[np.unique(shape[~np.isfinite(xy).all(axis=1)])] = False
    return found


def refuse_not_finite(shapes: Geometries, where: Callable[[int], str]) -> None:
    """Raise ``SchemaError`` for the first shape with a position that is no number.

    Parameters
    ----------
    where
        Gives the place of a shape, by its position from 0, as the reader of the file finds it.
    """
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    bad = np.flatnonzero(there & ~finite_shapes(shapes))
    if bad.size:
        raise SchemaError(
            f"{where(int(bad[0]))}: the shape has a position that is no number; "
            "draw the shape again"
        )


def refuse_exchanged(shapes: Geometries, system: str, name: str) -> None:
    """Raise ``SchemaError`` for a layer that is on the globe only with x and y exchanged."""
    there = finite_shapes(shapes)
    if not is_metric(system) and not _on_globe(shapely.bounds(shapes[there])).all():
        raise SchemaError(
            f"{name}: longitude and latitude are exchanged; "
            "exchange them and export the layer again"
        )


def refuse_off_globe(table: Table, system: str) -> None:
    """Raise for a layer whose numbers cannot be of the declared system.

    Positions that are on the globe with x and y exchanged may pass: a check tells of those.

    Raises
    ------
    CrsError
        Metres are declared to be degrees, or degrees to be metres.
    SchemaError
        A shape reaches beyond the globe.
    """
    shapes = _shapes(table)
    there = np.flatnonzero(finite_shapes(shapes))
    if not there.size:
        return
    bounds = shapely.bounds(shapes[there])
    on_globe, exchanged = _on_globe(bounds), _on_globe(bounds[:, [1, 0, 3, 2]])
    middle = f"{bounds[0, :2].round(3).tolist()}"
    if is_metric(system):
        if (on_globe | exchanged).all():
            raise CrsError(
                f"{table.path.name}: {system} is declared, a system in metres, and the positions "
                f"such as {middle} look like degrees; declare {GEOGRAPHIC} if they are"
            )
        return
    if not (on_globe | exchanged).any():
        raise CrsError(
            f"{table.path.name}: {system} is declared, a system in degrees, and the positions "
            f"such as {middle} look like metres; declare the system that the layer was drawn in"
        )
    if not on_globe.all() and not exchanged.all():
        row = int(there[np.flatnonzero(~on_globe)[0]])
        raise SchemaError(
            f"{table.where(row)}: the shape reaches beyond the globe; correct its positions"
        )


def _on_globe(bounds: Floats) -> Flags:
    least, most = _GLOBE[:2] - _ROUNDING_DEGREES, _GLOBE[2:] + _ROUNDING_DEGREES
    inside: Flags = (bounds >= np.tile(least, 2)) & (bounds <= np.tile(most, 2))
    return np.asarray(inside.all(axis=1), dtype=np.bool_)


def _shapes(table: Table) -> Geometries:
    if table.geometry is None:
        return np.array([], dtype=object)
    return np.array(table.geometry.to_numpy(), dtype=object)
