"""The best plans of a problem in order, and which sites they share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RivalPlan:
    """One of the best plans."""

    sites: tuple[int, ...]
    """New sites, ascending; each of them matters or is required."""
    value: float
    """Worth in the model's own unit."""
    loss: float
    """How much worse than the best plan, ≥ 0; 0 is a tie."""


@dataclass(frozen=True, slots=True)
class RivalPlans:
    """The best plans in order, best first; among equal values fewer sites, then the list."""

    plans: tuple[RivalPlan, ...]
    """As many as were asked for; fewer when there are no more in which every site matters."""
    proven: bool
    """True when no other plan in which every site matters is better than the last one told."""

    @property
    def ties(self) -> int:
        """How many of the plans told are equal to the best, the best itself counted."""
        return sum(plan.loss == 0 for plan in self.plans)

    @property
    def core(self) -> tuple[int, ...]:
        """Sites that all plans told open, ascending."""
        return tuple(site for site, count in self._counts().items() if count == len(self.plans))

    @property
    def swing(self) -> dict[int, int]:
        """Site → number of plans that open it, for sites that some plans open, but not all."""
        return {site: count for site, count in self._counts().items() if count < len(self.plans)}

    def _counts(self) -> dict[int, int]:
        opened = sorted(site for plan in self.plans for site in plan.sites)
        return {site: opened.count(site) for site in dict.fromkeys(opened)}
