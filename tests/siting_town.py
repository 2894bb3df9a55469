"""The small town with a party centre, another with a price of its own, and an idle building."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geoplan.domain.crs import reproject
from tests.projects import METRIC, PROJECT, lon_lat, shift, write_town

MORE = {
    "p1": ("党群服务中心", (950, 450), ""),
    "p2": ("party_center", (750, 150), "25"),
    "i1": ("闲置用房", (250, 750), ""),
}


def quiet(stage):
    del stage


def town(folder, *, siting="", banned=None, extra_new=True):
    """Write the small town with three more places; everything else stays as it is."""
    write_town(folder)
    table = pd.read_csv(folder / "facilities.csv", dtype=str, keep_default_na=False)
    places = lon_lat([place for _, place, _ in MORE.values()])
    more = pd.DataFrame(
        {
            "id": list(MORE),
            "name": list(MORE),
            "kind": [kind for kind, _, _ in MORE.values()],
            "lon": places[:, 0],
            "lat": places[:, 1],
            "crs": "EPSG:4490",
            "cost": [cost for _, _, cost in MORE.values()],
        }
    )
    whole = pd.concat([table, more]).fillna("")
    whole.to_csv(folder / "facilities.csv", index=False, encoding="utf-8-sig")
    text = PROJECT.replace("[siting]", f"[siting]\n{siting}")
    text = text if extra_new else "\n".join(text.rsplit("\nnew = 2\n", 1))
    (folder / "geoplan.toml").write_text(text, encoding="utf-8")
    if banned is not None:
        shapes = reproject(np.array([shift(banned)], dtype=object), METRIC, "EPSG:4490")
        gpd.GeoDataFrame(geometry=shapes, crs="EPSG:4490").to_file(folder / "banned.geojson")
    return folder
