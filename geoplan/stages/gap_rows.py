"""Stage 7f: the table of gaps, and the people who only just miss the limit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geoplan.domain.gap_classes import (
    AGED_GROUP,
    AGED_PROFILE,
    GAP_CLASSES,
    MISSING_REASONS,
    REASONS,
)
from geoplan.domain.kinds import CARE_SERVICES
from geoplan.model.arrays import Floats, Ints, Texts
from geoplan.model.schema import (
    GAPS,
    GAPS_TAIL,
    GAPS_TYPED,
    NEAR_MISSES,
    NEAR_MISSES_TAIL,
    group_column,
)
from geoplan.stages.gap_classes import PointClasses
from geoplan.stages.gap_evidence import GapGround, GapRule, GapWalks, NearestWalk
from geoplan.stages.gap_labels import gap_id
from geoplan.stages.gap_members import (
    Members,
    centre_points,
    main_places,
    people_columns,
    unit_columns,
)
from geoplan.stages.links_table import link_id


@dataclass(frozen=True, slots=True, eq=False)
class LabelledGaps:
    """The homes with their classes and their gaps."""

    ground: GapGround
    rule: GapRule
    classes: PointClasses
    label: Ints
    """(demand,) gap of each home, −1 none."""
    link: Ints
    """(demand,) row of the missing link that would bring the home within the limit, −1 none."""
    walk: NearestWalk
    """The walk that the class of each home is about: ``elder80``'s for B, else the main one."""


def walk_of_class(walks: GapWalks, classes: PointClasses) -> NearestWalk:
    """Return the walk that each home's class is about."""
    if walks.aged is None:
        return walks.nearest
    main, aged, is_aged = walks.nearest, walks.aged.walk, classes.of("B")
    return NearestWalk(
        seconds=np.where(is_aged, aged.seconds, main.seconds),
        facility=np.where(is_aged, aged.facility, main.facility),
    )


def gaps_table(gaps: LabelledGaps) -> pd.DataFrame:
    """Return one row a gap in the order of their numbers.

    ``place`` is the place with most people of the gap; ``minutes`` the people-weighted mean walk of
    those who have a way at all, ``nearest_facility`` the one that most of them have nearest, for
    class B both by ``elder80``. ``reasons`` lists what put the homes into their class, most people
    first, then what else holds for some of them, most people first; ``why`` is the first of them.
    ``near_miss_people`` counts the residents of homes at most a minute beyond the limit, for class
    B those of 80 and over among them.
    ``missing_services`` is what every home of a class D gap lacks. People are whole, all groups as
    they live there.
    """
    ground, demand = gaps.ground, gaps.ground.inputs.demand
    members = Members.of(demand, gaps.walk, gaps.label)
    columns = [*GAPS, *(group_column("people", group) for group in demand.groups), *GAPS_TAIL]
    table = {
        "id": [gap_id(row) for row in range(members.rows)],
        **unit_columns(ground.inputs.boundaries, ground.units, members),
        "place": main_places(demand, members),
        **people_columns(demand, members),
        "nearest_facility": _nearest(gaps, members),
        "minutes": members.mean_minutes(),
        **dict(zip(("lon", "lat"), centre_points(demand, members).T, strict=True)),
        **_class_columns(gaps, members),
        "near_miss_people": members.sums(_near_miss_people(gaps)[members.home]),
    }
    return pd.DataFrame(table, columns=[*columns, *GAPS_TYPED])


def near_misses_table(gaps: LabelledGaps) -> pd.DataFrame:
    """Return one row a gap and place of people at most a minute beyond the limit.

    ``minutes`` is their people-weighted mean walk, ``seconds_over`` the longest of their walks less
    the limit: what a quicker way must save so that all of the row arrive. In the order of the gaps,
    most people first, then by place.
    """
    ground, demand = gaps.ground, gaps.ground.inputs.demand
    names, place = np.unique(demand.place, return_inverse=True)
    near = gaps.classes.having("near_miss") & (gaps.label >= 0)
    pairs = np.column_stack([gaps.label, place.reshape(-1)])
    keys, row = np.unique(pairs[near], axis=0, return_inverse=True)
    label = np.full(near.size, -1, dtype=np.int64)
    label[near] = row.reshape(-1)
    members = Members.of(demand, gaps.walk, label)
    table = {
        "gap": [gap_id(gap) for gap in keys[:, 0].tolist()],
        **unit_columns(ground.inputs.boundaries, ground.units, members),
        "place": names[keys[:, 1]],
        **people_columns(demand, members),
        "minutes": members.mean_minutes(),
        "seconds_over": _longest_s(members) - gaps.rule.limit_s,
    }
    order = np.lexsort([keys[:, 1], -members.sums(members.people), keys[:, 0]])
    people = [group_column("people", group) for group in demand.groups]
    rows = pd.DataFrame(table, columns=[*NEAR_MISSES, *people, *NEAR_MISSES_TAIL])
    return rows.round({"seconds_over": 1}).iloc[order].reset_index(drop=True)


def _near_miss_people(gaps: LabelledGaps) -> Ints:
    """Return whom of each home a quicker way would bring within the limit, shape (demand,)."""
    demand, aged = gaps.ground.inputs.demand, gaps.classes.of("B")
    people = demand.of("all").copy()
    if aged.any():
        people[aged] = demand.of(AGED_GROUP)[aged]
    return people * gaps.classes.having("near_miss")


def _class_columns(gaps: LabelledGaps, members: Members) -> dict[str, object]:
    """Return what follows from the class of each gap."""
    first = members.first()
    letters = gaps.classes.letter[first].tolist()
    reasons = _reasons(gaps.classes, members, letters)
    links = zip(letters, gaps.link[first].tolist(), strict=True)
    return {
        "class": letters,
        "service": gaps.rule.service,
        "profile": [AGED_PROFILE if one == "B" else gaps.rule.profile for one in letters],
        "action": [GAP_CLASSES[one].action for one in letters],
        "reasons": [";".join(one) for one in reasons],
        "why": [one[0] for one in reasons],
        "link": [link_id(link) if letter == "C" else "" for letter, link in links],
        "missing_services": [
            ";".join(_missing(gaps.classes, row)) if letter == "D" else ""
            for letter, row in zip(letters, first.tolist(), strict=True)
        ],
    }


def _reasons(classes: PointClasses, members: Members, letters: list[str]) -> list[list[str]]:
    """Return the reasons of each gap: the causes of its class, then others; most people first."""
    weight = np.stack(
        [members.sums(members.people * held) for held in classes.reasons[members.home].T], axis=1
    )
    return [
        _in_order(GAP_CLASSES[letter].causes, dict(zip(REASONS, people, strict=True)))
        for letter, people in zip(letters, weight.tolist(), strict=True)
    ]


def _in_order(causes: tuple[str, ...], people: Mapping[str, int]) -> list[str]:
    """Return the reasons that hold for anybody: causes before others, then most people first."""
    held = [reason for reason, count in people.items() if count]
    return sorted(held, key=lambda reason: (reason not in causes, -people[reason]))


def _missing(classes: PointClasses, home: int) -> list[str]:
    pairs = zip(CARE_SERVICES, MISSING_REASONS, strict=True)
    return [service for service, reason in pairs if classes.having(reason)[home]]


def _nearest(gaps: LabelledGaps, members: Members) -> Texts:
    ids = np.append(gaps.ground.inputs.facilities.id, "")
    has_way = np.isfinite(members.seconds)
    nearest: Texts = ids[members.heaviest(members.facility.astype(np.int64), has_way)]
    return nearest


def _longest_s(members: Members) -> Floats:
    longest = np.full(members.rows, -np.inf)
    np.maximum.at(longest, members.row, members.seconds)
    return longest
