"""What the check of a large layer costs: seconds and peak memory by the number of polygons.

``python benchmarks/boundaries.py [POLYGONS ...]`` makes seeded tilings (default 1,250 … 10,000) of
hexagons in one district; their sides are fractal lines of 84 segments, shared exactly, 504 vertices
a polygon. One border in fifty polygons is torn. Each size is checked by all rules, with everything
kept about its borders (``made_borders.py``), in a process of its own; a tear that is missed, or an
overlap or gap that is none, stops the table. ``--unshared``: every unit is digitised alone, each
vertex up to 0.5 m off, so that no border is shared. ``--propose``: the proposal is made as well.
Seconds are processor time, for the machine is shared.
"""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import shapely

SIDE_M = 400.0
SEGMENTS = 84
ROUGHNESS = 0.12
SIZES = (1250, 2500, 5000, 10000)

CHECK = """
import json, resource, sys, time
from collections import Counter
sys.path.insert(0, "benchmarks")
from boundaries import made_layer, unshared
from made_borders import full_dossier
from geoplan.checks.boundaries.boundary_proposals import propose
from geoplan.checks.boundaries.table import CHECKS
from geoplan.checks.table import findings_of
from geoplan.domain.rules import rulebook
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
layer, planted = (unshared if "--unshared" in sys.argv else made_layer)(int(sys.argv[1]))
begun = time.process_time()
dossier, book = full_dossier(layer), rulebook()
spent = {"records and editions": round(time.process_time() - begun, 2)}
before, start = peak(), time.process_time()
found = []
for rule, check in CHECKS.items():
    begun = time.process_time()
    found += findings_of({rule: check}, dossier, book)
    spent[rule] = round(time.process_time() - begun, 2)
seconds = time.process_time() - start
if "--propose" in sys.argv:
    begun = time.process_time()
    changes = propose(dossier, found, book).changes
    spent[f"propose, {len(changes)} mends"] = round(time.process_time() - begun, 2)
cases = Counter(f"{one.rule} {one.case}".strip() for one in found)
torn = {
    (one.rule, frozenset({one.subject, *one.about} - {"32"}))
    for one in found if one.rule in {"B02", "B03"}
}
print(json.dumps({
    "seconds": round(seconds, 2), "spent": spent, "cases": cases, "peak_mb": round(peak()),
    "before_mb": round(before),
    "planted": len(planted), "found": len(torn), "missed": len(planted - torn),
    "not_planted": len(torn - planted),
}))
"""


def made_layer(polygons: int):  # noqa: ANN201  the layer and the set of planted tears
    """Return a layer of about as many hexagons in EPSG:4490, and the tears planted into it."""
    from geoplan.model.boundary_layer import BoundaryLayer
    from geoplan.model.source import Source

    cells = hexagons(polygons)
    parent = shapely.coverage_union_all(cells)
    cells, pairs = torn(cells, max(len(cells) // 50, 4))
    lon_lat = shapely.transform(np.append(cells, parent), _degrees)
    total = len(lon_lat)
    code = np.array([*(f"32{number:010d}" for number in range(1, total)), "32"])
    layer = BoundaryLayer(
        row=np.arange(1, total + 1),
        code=code,
        name=code,
        level=np.where(code == "32", "district", "community"),
        parent=np.where(code == "32", "", "32"),
        geometry=lon_lat,
        published_km2=np.full(total, np.nan),
        made=np.zeros(total, dtype=bool),
        crs="EPSG:4490",
        source=Source(name="made", crs="EPSG:4490", synthetic=True),
    )
    planted = {(rule, frozenset((str(code[a]), str(code[b])))) for rule, a, b in pairs}
    return layer, planted


def unshared(polygons: int):  # noqa: ANN201  the layer and an empty set: nothing is planted
    """Return a layer of which every unit was digitised alone, each vertex up to 0.5 m off."""
    from dataclasses import replace

    layer, _ = made_layer(polygons)
    cells = shapely.transform(hexagons(polygons), lambda xy: xy)
    xy, cell = shapely.get_coordinates(cells, return_index=True)
    moved = xy + np.random.default_rng(5).uniform(-0.5, 0.5, xy.shape)
    last = np.append(cell[1:] != cell[:-1], True)
    moved[last] = moved[np.append(True, cell[1:] != cell[:-1])]
    degrees = shapely.transform(shapely.set_coordinates(cells, moved), _degrees)
    return replace(layer, geometry=np.append(degrees, layer.geometry[-1:])), set()


def hexagons(polygons: int) -> np.ndarray:
    """Return hexagons with fractal sides, each side one array of vertices used by both."""
    columns = int(np.ceil(np.sqrt(polygons)))
    rows = int(np.ceil(polygons / columns))
    column, row = np.meshgrid(np.arange(columns), np.arange(rows))
    x = np.sqrt(3) * SIDE_M * (column + 0.5 * (row % 2)).ravel()
    y = 1.5 * SIDE_M * row.ravel()
    angle = np.radians(30 + 60 * np.arange(6))
    corner = np.stack([x, y], 1)[:, None] + SIDE_M * np.stack([np.cos(angle), np.sin(angle)], 1)
    corner = np.round(corner[:polygons], 2)
    start, end = corner, np.roll(corner, -1, axis=1)
    forward = (start[..., 0] < end[..., 0]) | (
        (start[..., 0] == end[..., 0]) & (start[..., 1] < end[..., 1])
    )
    low, high = np.where(forward[..., None], start, end), np.where(forward[..., None], end, start)
    line = _fractal(low.reshape(-1, 2), high.reshape(-1, 2)).reshape(*low.shape[:2], SEGMENTS, 2)
    back = np.concatenate([high[:, :, None], line[:, :, :0:-1]], axis=2)
    ring = np.where(forward[..., None, None], line, back).reshape(len(corner), -1, 2)
    return shapely.polygons(np.concatenate([ring, ring[:, :1]], axis=1))


def _fractal(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return the start and inner vertices of a rough line, the same for the same two ends."""
    along = np.arange(SEGMENTS) / SEGMENTS
    seed = np.abs(low[:, :1] * 12.9898 + low[:, 1:] * 78.233 + high[:, :1] * 37.719)
    rough = np.zeros((len(low), SEGMENTS))
    for octave in (1, 2, 5, 11, 23):
        phase = np.modf(np.sin(seed * octave) * 43758.5453)[0] * 2 * np.pi
        wave = np.sin(2 * np.pi * octave * along + phase) - np.sin(phase)
        rough += wave * ROUGHNESS / (3 * octave)
    step = high - low
    square = np.stack([-step[:, 1], step[:, 0]], 1)
    bent = low[:, None] + along[:, None] * step[:, None]
    bent += (rough * along * (1 - along) * 4)[..., None] * square[:, None] * 0.5
    bent[:, 0] = low
    return bent


def torn(cells: np.ndarray, tears: int) -> tuple[np.ndarray, list[tuple[str, int, int]]]:
    """Return the cells with one vertex moved in one of two neighbours, tears far apart."""
    random = np.random.default_rng(11)
    tree = shapely.STRtree(shapely.centroid(cells))
    taken, pairs, cells = np.zeros(len(cells), dtype=bool), [], cells.copy()
    for one in random.permutation(len(cells)).tolist():
        around = tree.query(shapely.centroid(cells[one]), predicate="dwithin", distance=800.0)
        if len(pairs) == tears:
            break
        if taken[around].any() or len(around) < 7:
            continue
        ring = shapely.get_coordinates(cells[one])
        side = int(random.integers(6))
        at = side * SEGMENTS + SEGMENTS // 2
        out = ring[at] - shapely.get_coordinates(shapely.centroid(cells[one]))[0]
        shift_m = float(np.exp(random.uniform(np.log(0.05), np.log(3.0))))
        grows = bool(random.random() < 0.5)
        point = shapely.Point(ring[at])
        other = next(
            int(near)
            for near in around
            if near != one and shapely.distance(cells[near], point) < 1e-6
        )
        ring[at] = ring[at] + out / np.hypot(*out) * (shift_m if grows else -shift_m)
        cells[one] = shapely.polygons(ring)
        taken[around] = True
        pairs.append(("B02" if grows else "B03", one, other))
    return cells, pairs


def _degrees(xy: np.ndarray) -> np.ndarray:
    """Return metres as degrees near Tianning, rounded to 1e-9: equal vertices stay equal."""
    lat = 31.5 + xy[:, 1] / 110_900
    return np.round(np.stack([119.6 + xy[:, 0] / 94_900, lat], 1), 9)


def main() -> None:
    """Print a table of the sizes that the command line names."""
    print("| polygons | vertices | seconds | peak, MB | before, MB | planted | missed | others |")
    print("|---|---|---|---|---|---|---|---|")
    options = [text for text in sys.argv[1:] if text.startswith("--")]
    for size in [int(text) for text in sys.argv[1:] if text not in options] or SIZES:
        command = [sys.executable, "-c", CHECK, str(size), *options]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
        told = json.loads(done.stdout)
        print(
            f"| {size:,} | {size * 6 * SEGMENTS:,} | {told['seconds']} | {told['peak_mb']:,} | "
            f"{told['before_mb']:,} | {told['planted']} | {told['missed']} | "
            f"{told['not_planted']} |",
            flush=True,
        )
        print(f"seconds by rule: {told['spent']}\nfindings: {told['cases']}", file=sys.stderr)
        if (told["missed"] or told["not_planted"]) and "--unshared" not in options:
            raise SystemExit("planted and found differ")


if __name__ == "__main__":
    main()
