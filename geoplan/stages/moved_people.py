"""How many people live on the ground of each change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from geoplan.domain.crs import GEOGRAPHIC, reproject_xy
from geoplan.model.arrays import Geometries
from geoplan.model.demand import Demand
from geoplan.model.edition_changes import EditionChanges


def with_people(found: EditionChanges, demand: Demand) -> EditionChanges:
    """Return the changes with the people of every group who live on their ground.

    A home on the outline of the ground is counted. Changes without ground (of a register, or of a
    seat) get no people.
    """
    places = [
        one
        for one, change in enumerate(found.changes)
        if change.shape is not None and change.kind != "moved_seat"
    ]
    grounds = np.array([found.changes[one].shape for one in places], dtype=object)
    xy = reproject_xy(demand.xy, demand.crs, GEOGRAPHIC)
    homes: Geometries = np.asarray(shapely.points(xy), dtype=np.object_)
    ground, home = shapely.STRtree(homes).query(grounds, predicate="intersects")
    people = np.zeros((len(places), len(demand.groups)), dtype=np.int64)
    np.add.at(people, ground, demand.people[home])
    changes = list(found.changes)
    for row, one in enumerate(places):
        counted = dict(zip(demand.groups, people[row].tolist(), strict=True))
        changes[one] = replace(changes[one], people=counted)
    return replace(found, changes=tuple(changes))
