"""Walking times: the profile's cost of each edge, and who reaches what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Flags, Floats, Indices, Sparse, freeze_fields, require_lengths


@dataclass(frozen=True, slots=True, eq=False)
class EdgeCosts:
    """Seconds that one walker needs along each edge; inf where the walker may not go."""

    forward_s: Floats
    """(m,) tail to head."""
    backward_s: Floats
    """(m,) head to tail."""
    leg_speed_m_s: float
    """Speed on the leg between a point and the street."""

    def __post_init__(self) -> None:
        require_lengths("EdgeCosts", self.forward_s.shape[0], backward_s=self.backward_s)
        for costs in (self.forward_s, self.backward_s):
            if np.isnan(costs).any() or (costs < 0).any():
                raise ValueError("edge costs must be numbers that are not negative")
        freeze_fields(self, "forward_s", "backward_s")

    def take(self, edges: Indices) -> EdgeCosts:
        """Return the costs of the given edges, in their order."""
        return EdgeCosts(
            forward_s=self.forward_s[edges],
            backward_s=self.backward_s[edges],
            leg_speed_m_s=self.leg_speed_m_s,
        )

    def turned(self) -> EdgeCosts:
        """Return the costs of the same streets walked the other way round."""
        return EdgeCosts(
            forward_s=self.backward_s,
            backward_s=self.forward_s,
            leg_speed_m_s=self.leg_speed_m_s,
        )


@dataclass(frozen=True, slots=True, eq=False)
class WalkTimes:
    """Seconds from home to facility for every pair within the limit."""

    seconds: Sparse
    """(facilities, demand) stored entries are reachable pairs; a stored 0 is a time of 0 s."""
    limit_s: float
    """Largest time that is stored, inclusive."""

    def nearest_s(self, facilities: Flags | None = None) -> Floats:
        """Return the least time of each demand point to the given facilities, inf when none.

        ``facilities`` is a boolean mask of shape (facilities,); None takes them all.
        """
        coo = self.seconds.tocoo()
        nearest = np.full(self.seconds.shape[1], np.inf)
        keep = slice(None) if facilities is None else np.asarray(facilities, bool)[coo.row]
        np.minimum.at(nearest, coo.col[keep], coo.data[keep])
        return nearest
