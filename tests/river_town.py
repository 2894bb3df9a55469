"""A made town on disk: streets on both banks of a river, one bridge far from the station.

Both banks have a grid of 100 m. West streets run from x = 0 to 1000 m, east streets from 1100 to
1600 m, both from y = 0 to 1000 m; the river runs north-south at x = 1050 m. The bridge stands at
y = 1000 m. The only station is at (900, 100), near the western bank.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from tests.unit.io.osm_files import LAT, LON, write_osm

BRIDGE_Y = 1000
RIVER_X = 1050
RIVER = "示例河"

PROJECT = """
[project]
id = "river"
name = "河城"
[area]
boundaries = "units.geojson"
metric_crs = "EPSG:4549"
[network]
path = "town.osm"
snap_m = 100
[facilities]
path = "facilities.csv"
[demand]
path = "people.csv"
crs = "EPSG:4490"
[walk]
profiles = ["adult", "elder60", "elder80", "wheelchair"]
minutes = [5, 10, 15]
[siting]
new = 1
"""


def at(east, north):
    return LON + east / 94_600, LAT + north / 110_900


def write_river_town(folder: Path, *, crossings=()) -> Path:
    """Write the project; each crossing is (y, tags of the way over the river)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "geoplan.toml").write_text(PROJECT, encoding="utf-8")
    nodes, ways = _streets([(BRIDGE_Y, {"highway": "footway", "bridge": "yes"}), *crossings])
    write_osm(folder / "town.osm", nodes, ways)
    _units().to_file(folder / "units.geojson", driver="GeoJSON")
    _people().to_csv(folder / "people.csv", index=False, encoding="utf-8-sig")
    lon, lat = at(900, 95)
    station = {"id": "S1", "name": "西岸站", "kind": "care_station", "lon": lon, "lat": lat}
    station |= {"crs": "EPSG:4490", "services": "activity;meals", "capacity": 50}
    pd.DataFrame([station]).to_csv(folder / "facilities.csv", index=False, encoding="utf-8-sig")
    return folder


def _streets(crossings):
    columns = [*range(0, 1001, 100), *range(1100, 1601, 100)]
    lines = range(0, 1001, 100)
    number = {
        (x, y): 1 + index for index, (x, y) in enumerate((x, y) for x in columns for y in lines)
    }
    nodes = {key: spot for spot, key in number.items()}
    ways, street = {}, {"highway": "residential"}
    for y in lines:
        for bank in (columns[:11], columns[11:]):
            ways[1000 + len(ways)] = ([number[x, y] for x in bank], street)
    for x in columns:
        ways[1000 + len(ways)] = ([number[x, y] for y in lines], street)
    for y, tags in crossings:
        ways[1000 + len(ways)] = ([number[1000, y], number[1100, y]], tags)
    nodes |= {9001: (RIVER_X, -600.0), 9002: (RIVER_X, 1600.0)}
    ways[9000] = ([9001, 9002], {"waterway": "river", "name": RIVER})
    return nodes, ways


def _units():
    def box(west, east):
        corners = [at(west, -50), at(east, -50), at(east, 1050), at(west, 1050)]
        return shapely.Polygon(corners)

    rows = [
        ("9", "河区", "district", "", box(-50, 1650)),
        ("91", "西街道", "subdistrict", "9", box(-50, RIVER_X)),
        ("92", "东街道", "subdistrict", "9", box(RIVER_X, 1650)),
        ("911", "西岸社区", "community", "91", box(-50, RIVER_X)),
        ("921", "东岸社区", "community", "92", box(RIVER_X, 1650)),
    ]
    columns = ["code", "name", "level", "parent_code", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs="EPSG:4490")


def _people():
    """Return homes of 20 people, 10 m from a street: a western grid, an eastern row at y = 110.

    From the row every home is within 900 m of the station by any bridge near it; by the bridge at
    y = 100 they walk least. The home in the north-east corner is too far even in a straight line.
    """
    west = [(x, y) for x in (150, 550, 850) for y in (110, 310, 510, 890)]
    east = [(x, 110) for x in (1150, 1250, 1350, 1450, 1550)]
    rows = []
    for x, y in [*west, *east, (1550, 910)]:
        lon, lat = at(x, y)
        rows.append(
            {
                "id": f"h{x:04d}{y:04d}",
                "place": "西岸里" if x < RIVER_X else "东岸里",
                "lon": lon,
                "lat": lat,
                "people": 20,
                "people_60": 8,
                "people_80": 2,
            }
        )
    return pd.DataFrame(rows)
