"""What a walking network costs to build, to hold and to load.

``python benchmarks/network.py [SIDE | FILE.osm.pbf]`` reads a made file of SIDE × SIDE junctions
(default 1000), or the file named, in a process of its own, and prints seconds, peak memory, bytes
a directed edge, and the load of the network file: median of five fresh processes, after imports.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent

BUILD = """
import json, resource, sys, time
from pathlib import Path
from geoplan.io.network_store import write_network
from geoplan.io.osm import read_osm_network
from geoplan.model.footprint import footprint
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, start = peak(), time.perf_counter()
network = read_osm_network(Path(sys.argv[1]))
seconds, most = time.perf_counter() - start, peak()
write_network(network, Path(sys.argv[2]))
held = footprint(network)
print(json.dumps({
    "nodes": network.node_count, "directed edges": held.directed_edges,
    "build, s": round(seconds, 2), "MB after imports": round(before), "peak MB": round(most),
    "bytes a directed edge": round(held.per_directed_edge, 1),
    "with bends": round(held.per_directed_edge_with_bends, 1),
}))
"""

LOAD = """
import sys, time
from pathlib import Path
from geoplan.io.network_store import read_network_file
start = time.perf_counter()
read_network_file(Path(sys.argv[1]), verify=len(sys.argv) > 2)
print(time.perf_counter() - start)
"""


def figures(extract: Path, folder: Path) -> dict[str, float]:
    """Return every figure of one OSM file."""
    stored = folder / "network.walk"
    found: dict[str, float] = json.loads(_output(BUILD, extract, stored))
    found["network file, MB"] = round(stored.stat().st_size / 1e6, 1)
    for name, more in (("load, s", ()), ("load and compare SHA-256, s", ("verify",))):
        seconds = [float(_output(LOAD, stored, *more)) for _ in range(5)]
        found[name] = round(statistics.median(seconds), 4)
    return found


def _output(script: str, *arguments: str | Path) -> str:
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def main() -> None:
    """Print the figures of the file or size that the command line names."""
    named = sys.argv[1] if len(sys.argv) > 1 else "1000"
    with tempfile.TemporaryDirectory() as folder:
        extract = Path(named)
        if named.isdigit():
            extract = Path(folder) / "made.osm.pbf"
            command = [sys.executable, HERE / "made_osm.py", extract, named]
            subprocess.run(command, check=True)  # noqa: S603
        for name, value in figures(extract, Path(folder)).items():
            print(f"{name:>30}  {value}")


if __name__ == "__main__":
    main()
