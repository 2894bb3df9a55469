"""A register of facilities as it would be after changes, for the checks of a what-if."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.domain.kinds import KINDS
from geoplan.io.cells import half_width
from geoplan.io.facility_register import HEADERS
from geoplan.io.given import given_table
from geoplan.io.points import declared_crs
from geoplan.io.tables import Table
from geoplan.model.changes import Changes
from geoplan.model.facilities import Facilities


def changed_register(path: Path, changes: Sequence[Changes], after: Facilities) -> pd.DataFrame:
    """Return the rows of a table of facilities with changes made to them, all cells text.

    Closed facilities are left out, moved ones stand where they would, new ones come last with the
    id, kind, services and position that they have in ``after``.
    """
    table = given_table(path, HEADERS, required=("id",), layer="facilities")
    rows = _placed(table)
    rows.index = pd.Index([half_width(code) for code in rows["id"]])
    rows = rows.loc[~rows.index.isin([code for one in changes for code in one.close])].copy()
    for move in (move for one in changes for move in one.move):
        if move.id in rows.index:
            rows.loc[move.id, ["lon", "lat", "crs"]] = [repr(move.lon), repr(move.lat), GEOGRAPHIC]
    return pd.concat([rows, _new_rows(rows, after)]).fillna("")


def _placed(table: Table) -> pd.DataFrame:
    """Return the cells with positions: those of a layer stand in its geometry."""
    if table.geometry is None:
        return table.cells.copy()
    points = shapely.get_coordinates(shapely.point_on_surface(table.geometry.to_numpy()))
    lon_lat = reproject_xy(points, declared_crs(table, None), GEOGRAPHIC)
    return table.cells.assign(
        lon=[repr(float(lon)) for lon in lon_lat[:, 0]],
        lat=[repr(float(lat)) for lat in lon_lat[:, 1]],
        crs=GEOGRAPHIC,
    )


def _new_rows(rows: pd.DataFrame, after: Facilities) -> pd.DataFrame:
    lon_lat = reproject_xy(after.xy, after.crs, GEOGRAPHIC)
    new = [row for row, code in enumerate(after.id.tolist()) if code not in rows.index]
    return pd.DataFrame([_new_row(after, row, lon_lat[row].tolist()) for row in new])


def _new_row(after: Facilities, row: int, lon_lat: Sequence[float]) -> dict[str, str]:
    kind = str(after.kind[row])
    given = zip(after.services, after.offers[row].tolist(), strict=True)
    more = [
        service for service, offered in given if offered and service not in KINDS[kind].services
    ]
    return {
        "id": str(after.id[row]),
        "name": str(after.name[row]),
        "kind": kind,
        "lon": repr(float(lon_lat[0])),
        "lat": repr(float(lon_lat[1])),
        "crs": GEOGRAPHIC,
        "services": ";".join(more),
    }
