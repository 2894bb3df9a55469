"""Stage 7a: of which class (A to H) the gap of each home is, and every reason that holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from geoplan.domain.gap_classes import (
    ELSEWHERE_REASONS,
    MISSING_REASONS,
    NEAR_MISS_S,
    PRIORITY,
    QUALITY_REASONS,
    REASONS,
    UNCOVERED,
)
from geoplan.model.arrays import Flags, Floats, Ints, Texts, freeze_fields, require_lengths
from geoplan.stages.reach import ROUNDING_S


@dataclass(frozen=True, slots=True, eq=False)
class PointEvidence:
    """What the classes are decided from, one row a demand point."""

    inhabited: Flags
    """(demand,) at least one person lives there."""
    seconds: Floats
    """(demand,) main walker's time to the nearest facility of the service, inf without a way."""
    straight_s: Floats
    """(demand,) seconds of the straight line to the nearest facility of the service at the main
    walker's speed, inf when nobody gives the service."""
    no_street: Flags
    """(demand,) no street within the snapping distance."""
    cut_off: Flags
    """(demand,) has streets, none of which belongs to the main component of the network."""
    mismatch: Flags
    """(demand,) the declared community is on the map and does not hold the point."""
    outside: Flags
    """(demand,) lies in no unit of any level."""
    link: Ints
    """(demand,) row of the missing link that would bring the point within the limit, −1 none."""
    aged: Flags
    """(demand,) people of 80 and over live there; all False when that is not known."""
    aged_s: Floats
    """(demand,) ``elder80``'s time, inf without a way."""
    aged_with_steps_s: Floats
    """(demand,) the same if stairs and footbridges were no obstacle to that walker."""
    missing: Flags
    """(demand, ``MISSING_REASONS``) care services asked for and not within the limit."""
    unmet: Ints
    """(demand,) people left without a place, −1 when capacity is not known."""
    doubts: Flags
    """(demand, ``QUALITY_REASONS``) doubts about the facilities within the limit, all False where
    one of them is free of doubt."""
    elsewhere: Flags
    """(demand, ``ELSEWHERE_REASONS``) where the facilities within the limit stand, all False where
    one of them stands in the point's own subdistrict."""

    def __post_init__(self) -> None:
        arrays = {name: getattr(self, name) for name in self.__dataclass_fields__}
        require_lengths("PointEvidence", self.inhabited.shape[0], **arrays)
        freeze_fields(self, *arrays)


@dataclass(frozen=True, slots=True, eq=False)
class PointClasses:
    """The class of each demand point and all reasons that hold there."""

    letter: Texts
    """(demand,) primary class ``A`` to ``H``, empty where nothing is lacking or nobody lives."""
    reasons: Flags
    """(demand, ``REASONS``) which reasons hold, of the primary class and of any other."""

    def __post_init__(self) -> None:
        require_lengths("PointClasses", self.letter.shape[0], reasons=self.reasons)
        freeze_fields(self, "letter", "reasons")

    def of(self, *letters: str) -> Flags:
        """Return which points are of one of the classes, shape (demand,)."""
        chosen: Flags = np.isin(self.letter, letters)
        return chosen

    def having(self, reason: str) -> Flags:
        """Return where a reason holds, shape (demand,)."""
        column: Flags = self.reasons[:, REASONS.index(reason)]
        return column

    @property
    def uncovered(self) -> Flags:
        """(demand,) inhabited and beyond the limit."""
        return self.of(*UNCOVERED)


def classify(evidence: PointEvidence, *, limit_s: float) -> PointClasses:
    """Return the class of each inhabited point: the first of ``PRIORITY`` that holds.

    A point beyond the limit is H when its data are in doubt, else C when it is near in a straight
    line and a missing link would bring it within the limit, else A: exactly one of the three. A
    point within the limit is at most one of B, D, E, F, G and never H, C or A. Within means
    ``time <= limit_s``, for straight lines too.

    Streets that are cut off from the main network are no doubtful data where a missing link over a
    mapped barrier explains them: behind a locked gate the gate is to be opened, not the map mended.
    Reasons: those that put the point into its class, and all others that hold.
    """
    beyond = evidence.seconds > limit_s + ROUNDING_S
    lacking = _reasons_beyond(evidence, evidence.inhabited & beyond, limit_s)
    lacking |= _reasons_within(evidence, evidence.inhabited & ~beyond, limit_s)
    lacking["near_miss"] = _near_miss(evidence, lacking, limit_s)
    holds = _classes(evidence, evidence.inhabited & beyond, lacking)
    letter = np.full(beyond.shape[0], "", dtype="<U1")
    for one in reversed(PRIORITY):
        letter[holds[one]] = one
    return PointClasses(letter=letter, reasons=np.stack([lacking[one] for one in REASONS], axis=1))


def _reasons_beyond(evidence: PointEvidence, uncovered: Flags, limit_s: float) -> dict[str, Flags]:
    near = evidence.straight_s <= limit_s + ROUNDING_S
    has_way = np.isfinite(evidence.seconds)
    return {
        "no_street": uncovered & evidence.no_street,
        "unreachable": uncovered & ~evidence.no_street & ~has_way,
        "community_mismatch": uncovered & evidence.mismatch,
        "outside_units": uncovered & evidence.outside,
        "barrier": uncovered & near & (evidence.link >= 0),
        "beyond_limit": uncovered & has_way,
        "straight_beyond": uncovered & ~near,
    }


def _reasons_within(evidence: PointEvidence, covered: Flags, limit_s: float) -> dict[str, Flags]:
    too_far = covered & evidence.aged & (evidence.aged_s > limit_s + ROUNDING_S)
    steps = too_far & (evidence.aged_with_steps_s <= limit_s + ROUNDING_S)
    return {
        "steps": steps,
        "pace": too_far & ~steps,
        **_columns(MISSING_REASONS, evidence.missing & covered[:, None]),
        "unmet": covered & (evidence.unmet > 0),
        **_columns(QUALITY_REASONS, evidence.doubts & covered[:, None]),
        **_columns(ELSEWHERE_REASONS, evidence.elsewhere & covered[:, None]),
    }


def _near_miss(evidence: PointEvidence, lacking: Mapping[str, Flags], limit_s: float) -> Flags:
    """Return who is at most ``NEAR_MISS_S`` beyond: the main walker, or ``elder80`` for class B."""
    enough_s = limit_s + NEAR_MISS_S + ROUNDING_S
    main = lacking["beyond_limit"] & (evidence.seconds <= enough_s)
    aged = (lacking["steps"] | lacking["pace"]) & (evidence.aged_s <= enough_s)
    near: Flags = main | aged
    return near


def _classes(
    evidence: PointEvidence, uncovered: Flags, lacking: Mapping[str, Flags]
) -> dict[str, Flags]:
    unexplained = lacking["unreachable"] & evidence.cut_off & ~lacking["barrier"]
    return {
        "H": lacking["no_street"]
        | unexplained
        | lacking["community_mismatch"]
        | lacking["outside_units"],
        "C": lacking["barrier"],
        "A": uncovered,
        "B": lacking["steps"] | lacking["pace"],
        "D": _any(lacking, MISSING_REASONS),
        "E": lacking["unmet"],
        "F": _any(lacking, QUALITY_REASONS),
        "G": _any(lacking, ELSEWHERE_REASONS),
    }


def _columns(names: tuple[str, ...], flags: Flags) -> dict[str, Flags]:
    return dict(zip(names, flags.T, strict=True))


def _any(lacking: Mapping[str, Flags], names: tuple[str, ...]) -> Flags:
    found: Flags = np.logical_or.reduce([lacking[name] for name in names])
    return found
