"""Why a site is in a plan, why another is not, and what would change that."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SiteMargin:
    """What one site is worth to its plan."""

    site: int
    lost_without: float
    """What the plan loses when this site alone is taken out; inf when the rest is no plan."""
    margin: float
    """What the best plan without the site loses against the plan: 0 is a tie, inf tells that there
    is no plan without it, or that the site is required."""
    incoming: tuple[int, ...]
    """Sites of the best plan without it that are not in the plan, ascending."""
    outgoing: tuple[int, ...]
    """Sites of the plan that are not in the best plan without it, ascending; itself included."""
    least_extra_weight: float
    """However weight is added, less than this in all leaves the site in every best plan; nan for
    models that do not count served weight."""
    proven: bool
    """True when the plan and the best plan without the site are proven."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """One kind of change that makes a candidate part of a best plan."""

    kind: str
    """``weight`` (more people beside it), ``ban`` (a site of the plan is not available), ``new``
    (more sites may be opened) or ``price`` (it costs less)."""
    amount: float
    """A change of this size does it: weight added, value lost by the ban, number of sites, money
    cut from its price. inf when no change of this kind is known to do it."""
    least: float
    """No smaller change of this kind does it."""
    subject: int
    """The site to ban; −1 for the other kinds and when no ban does it."""
    proven: bool
    """True when every plan that was asked for is proven; else ``least`` is a guess."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a candidate is not in the plan."""

    candidate: int
    forbidden_by: str
    """Empty when a plan may open it, else ``planned`` (it is in the plan), ``fixed`` (it is open
    already), ``banned``, ``conflict`` (too near to a fixed or required place), ``new`` (the
    required sites take every place), ``budget`` (too dear beside the required sites) or ``no_plan``
    (no plan that opens it keeps the other rules)."""
    forbidding: tuple[int, ...]
    """The fixed or required candidates that it conflicts with, ascending; else empty."""
    sites: tuple[int, ...]
    """The best plan that opens it, ascending; empty when it is forbidden."""
    value: float
    """Worth of that plan."""
    loss: float
    """How much worse it is than the plan: 0 is a tie, inf when it is forbidden."""
    idle: bool
    """True when that plan is worth as much without it: then a loss of 0 tells of no use, but only
    of room for one more site."""
    pushed_out: tuple[int, ...]
    """Sites of the plan that the plan with it does not open, ascending."""
    joined: tuple[int, ...]
    """Sites that the plan with it opens and the plan does not, ascending; itself included."""
    proven: bool
    """True when the plan and the plan with it are proven."""
    ways_in: tuple[WayIn, ...]
    """One a kind that the model and the rules know."""
