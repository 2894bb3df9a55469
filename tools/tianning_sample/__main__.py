"""Write the sample: ``python -m tools.tianning_sample [DATA_FOLDER]``."""

from __future__ import annotations

import sys
from pathlib import Path

from tools.tianning_sample import demand, facilities
from tools.tianning_sample.layers import write_boundaries, write_facts, write_table
from tools.tianning_sample.network import made_town
from tools.tianning_sample.osm_file import write_osm

DATA = Path(__file__).parents[2] / "data"


def write_sample(data: Path) -> None:
    """Every file of the sample stands in the folder; the same on every run."""
    write_facts(data)
    town = made_town()
    write_boundaries(town, data / "boundaries/tianning_boundaries.geojson")
    network = data / "network/tianning_made.osm.pbf"
    network.parent.mkdir(parents=True, exist_ok=True)
    write_osm(town.mesh, network)
    housing = demand.made_housing(town)
    write_table(data / "population/tianning_demand.csv", demand.HEADER, demand.demand_rows(housing))
    register = facilities.made_facilities(town, housing)
    write_table(
        data / "facilities/tianning_facilities.csv",
        facilities.HEADER,
        facilities.facility_rows(register),
    )


if __name__ == "__main__":
    write_sample(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
