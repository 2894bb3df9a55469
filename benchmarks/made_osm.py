"""A made OpenStreetMap file of any size: a jittered street grid among buildings.

``python benchmarks/made_osm.py FILE.osm.pbf [SIDE]`` writes SIDE × SIDE junctions, two bends on
every street, named ways of ten blocks, crossings, stairs, walls, and one building a block.
SIDE 470 makes about 1,100,000 street nodes and 880,000 building nodes. Same arguments, same map.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way

BLOCK_DEG = 0.001
WAY_BLOCKS = 10
KINDS = ("residential", "footway", "tertiary", "service", "path", "steps")
WEST, SOUTH = 119.0, 31.0


def write_made_osm(path: Path, side: int) -> None:
    """Write the file; nodes first, then ways, both in the order of their ids."""
    rng = np.random.default_rng(7)
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, (lon, lat) in enumerate(_places(side, rng), start=1):
            crossing = number <= side * side and number % 9 == 0
            tags = {"highway": "crossing", "crossing": "zebra"} if crossing else {}
            writer.add_node(Node(id=number, location=(lon, lat), tags=tags, version=1))
        for number, (refs, tags) in enumerate(_ways(side), start=1):
            writer.add_way(Way(id=number, nodes=refs, tags=tags, version=1))


def _places(side: int, rng: np.random.Generator) -> Iterator[list[float]]:
    """Yield junctions, then bends of the rows, bends of the columns, corners of the buildings."""
    corner = np.stack(np.meshgrid(np.arange(side), np.arange(side)), axis=-1).reshape(-1, 2)
    rows, columns = np.array([[0.33, 0.0], [0.67, 0.0]]), np.array([[0.0, 0.33], [0.0, 0.67]])
    house = np.array([[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6]])
    for shifts in (np.zeros((1, 2)), rows, columns, house):
        at = (corner[:, None] + shifts).reshape(-1, 2) + rng.uniform(-0.05, 0.05, (1, 2))
        at = at + rng.uniform(-0.05, 0.05, at.shape)
        yield from (at * BLOCK_DEG + (WEST, SOUTH)).round(7).tolist()


def _ways(side: int) -> Iterator[tuple[list[int], dict[str, str]]]:
    count = side * side
    for line in range(side):
        for start in range(0, side - 1, WAY_BLOCKS):
            for axis in (0, 1):
                yield _street(side, axis, line, start), _tags(axis, line, start)
    for block in range(count):
        first = 5 * count + 4 * block + 1
        yield [first, first + 1, first + 2, first + 3, first], {"building": "yes"}
        if block % 50 == 0:
            yield [first, first + 2], {"barrier": "wall", "name": f"Wall {block}"}


def _street(side: int, axis: int, line: int, start: int) -> list[int]:
    """Return the nodes of one way: junction, two bends, and so on."""
    stop = min(start + WAY_BLOCKS, side - 1)
    corners = [line * side + i if axis == 0 else i * side + line for i in range(start, stop + 1)]
    bends = side * side * (1 + 2 * axis)
    refs = [ref for at in corners for ref in (at + 1, bends + 2 * at + 1, bends + 2 * at + 2)]
    return refs[:-2]


def _tags(axis: int, line: int, start: int) -> dict[str, str]:
    kind = KINDS[(line * 7 + start + axis) % len(KINDS)]
    name = f"{'EN'[axis]} Street {line}" if line % 3 else ""
    tags = {"highway": kind, "surface": "asphalt", "lit": "yes"} | ({"name": name} if name else {})
    return tags | ({"footway": "crossing"} if kind == "footway" and line % 5 == 0 else {})


if __name__ == "__main__":
    write_made_osm(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 470)
