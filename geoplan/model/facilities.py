"""Facilities that people walk to, with the services that they offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from geoplan.model.arrays import (
    Flags,
    Floats,
    Indices,
    Ints,
    Texts,
    freeze_fields,
    require_lengths,
)
from geoplan.model.source import Source


@dataclass(frozen=True, slots=True, eq=False)
class Facilities:
    """Facilities, one row each, sorted by id."""

    id: Texts
    """(n,) unique ids."""
    name: Texts
    """(n,) names as written in the source; never trusted as markup."""
    kind: Texts
    """(n,) kind ids of ``domain.kinds``."""
    xy: Floats
    """(n, 2) position in ``crs``, x east and y north."""
    services: tuple[str, ...]
    """Service ids, the columns of ``offers``."""
    offers: Flags
    """(n, len(services)) True where the facility gives the service."""
    status: Texts
    """(n,) empty, ``upgraded``, ``upgrade_planned`` or ``model_site``."""
    community: Texts
    """(n,) declared community code, empty when not declared."""
    crs: str
    source: Source
    attributes: Mapping[str, Floats] = field(default_factory=dict)
    """Further numbers by column name (beds, capacity, area_m2 …), NaN where empty."""

    def __post_init__(self) -> None:
        require_lengths(
            "Facilities",
            self.id.shape[0],
            name=self.name,
            kind=self.kind,
            xy=self.xy,
            offers=self.offers,
            status=self.status,
            community=self.community,
            **dict(self.attributes),
        )
        freeze_fields(self, "id", "name", "kind", "xy", "offers", "status", "community")

    def giving(self, service: str) -> Flags:
        """Return which facilities give the service; all False for a service nobody gives."""
        if service not in self.services:
            return np.zeros(self.id.shape[0], dtype=np.bool_)
        flags: Flags = self.offers[:, self.services.index(service)]
        return flags

    def take(self, rows: Indices | Ints) -> Facilities:
        """Return some of the facilities, in the order of the rows."""
        return replace(
            self,
            id=self.id[rows],
            name=self.name[rows],
            kind=self.kind[rows],
            xy=self.xy[rows],
            offers=self.offers[rows],
            status=self.status[rows],
            community=self.community[rows],
            attributes={key: column[rows] for key, column in self.attributes.items()},
        )
