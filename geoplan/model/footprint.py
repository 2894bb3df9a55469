"""How much memory a network holds."""

from __future__ import annotations

from dataclasses import dataclass

from geoplan.model.network import WalkNetwork


@dataclass(frozen=True, slots=True)
class Footprint:
    """Bytes of a network; a street counts as two directed edges."""

    structure: int
    """Nodes, ends, lengths, street columns with their words, incidence, offsets of the bends."""
    bends: int
    """Positions of the bends between junctions."""
    directed_edges: int

    @property
    def per_directed_edge(self) -> float:
        """Bytes of the structure for each directed edge."""
        return self.structure / max(self.directed_edges, 1)

    @property
    def per_directed_edge_with_bends(self) -> float:
        """Bytes of structure and bends for each directed edge."""
        return (self.structure + self.bends) / max(self.directed_edges, 1)


def footprint(network: WalkNetwork) -> Footprint:
    """Return the bytes that the arrays of a network hold.

    Barriers, gates and the shapely lines, which are built only when something draws or measures
    them, do not count.
    """
    streets, incidence = network.streets, network.incidence
    arrays = [
        network.node_xy,
        network.tail,
        network.head,
        network.length_m,
        network.shapes.start,
        incidence.start,
        incidence.half,
        incidence.other,
        *(getattr(streets, name) for name in streets.array_names()),
    ]
    text = streets.classes.nbytes + streets.names.nbytes
    return Footprint(
        structure=sum(array.nbytes for array in arrays) + text,
        bends=network.shapes.xy.nbytes,
        directed_edges=2 * network.edge_count,
    )
