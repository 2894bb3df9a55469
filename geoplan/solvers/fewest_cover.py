"""The cover that needs the fewest sites, and the first of those."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geoplan.model.arrays import Indices
from geoplan.solvers.first_best import first_best, number_goal
from geoplan.solvers.set_cover import RowCover, kept_plan, reduced


@dataclass(frozen=True, slots=True, eq=False)
class Fewest:
    """The best known cover and how far it is proven."""

    sites: Indices | None
    """New candidates, ascending, the required ones among them; None when no plan is known."""
    least: float
    """No cover opens fewer new candidates; inf when there is no cover."""
    canonical: bool
    """True when the plan is proven to have the fewest sites and to come first among those."""

    @property
    def proven(self) -> bool:
        """Whether there is no cover, or none with fewer sites."""
        return self.sites.size <= self.least if self.sites is not None else self.least == np.inf


def fewest_cover(cover: RowCover, *, room: int | None, deadline: float) -> Fewest:
    """Return the cover with the fewest new sites that comes first, as far as time allows.

    Parameters
    ----------
    room
        How many new candidates may be opened, those that are required included; None for any
        number.

    Raises
    ------
    SolverError
        HiGHS gave up or contradicted itself; never because of the time limit.
    """
    small = reduced(cover)
    if not small.possible:
        return Fewest(sites=None, least=np.inf, canonical=False)
    held = small.opening.new.size
    programme = small.programme(room=None if room is None else room - held)
    found = first_best(
        programme, (number_goal(programme),), start=kept_plan(small, programme), deadline=deadline
    )
    return Fewest(
        sites=None if found.plan is None else small.opening.sites(found.plan),
        least=np.inf if found.impossible else held + max(np.ceil(found.bounds[0] - 1e-6), 0.0),
        canonical=found.canonical,
    )
