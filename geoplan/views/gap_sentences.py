"""Sentences about gaps: where, who, why, and what a planner may do, in either language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd

from geoplan.domain.gap_classes import AGED_GROUP, GAP_CLASSES
from geoplan.model.results import PlanSettings
from geoplan.model.schema import group_column
from geoplan.views.wording import Wording, shown_count, wording

Row = Mapping[Any, Any]
"""One row of a table, by column."""

NO_LINKS: Mapping[str, Row] = MappingProxyType({})


def gap_sentence(
    row: Row,
    lang: str,
    *,
    settings: PlanSettings,
    names: Mapping[str, str],
    links: Mapping[str, Row] = NO_LINKS,
) -> str:
    """Return where a gap lies, whom it leaves out, why, what to do, and what is nearest.

    Parameters
    ----------
    row
        One row of the table of gaps.
    names
        Facility id to printed name, as ``facility_names`` gives them.
    links
        Link id to its row of the table of missing links (``links_by_id``); a link that is not
        there is named by its id alone.
    """
    words = wording(lang)
    group = AGED_GROUP if row["class"] == "B" else settings.group
    sentence = words.text(
        f"gap_class.{row['class']}",
        where=gap_place(row, lang),
        people=shown_count(row[group_column("people", group)]),
        group=words.group(group),
        limit=max(settings.minutes),
        service=words.service(settings.service),
        walker=words.profile(settings.profile),
        why=_why(row, words, links),
        missing=_services(row, words),
        action=gap_action(row, lang, settings=settings, names=names, links=links),
    )
    more = [_near_miss(row, words), _nearest(row, words, names)]
    return words.text("gap.space").join([sentence, *filter(None, more)])


def gap_action(
    row: Row,
    lang: str,
    *,
    settings: PlanSettings,
    names: Mapping[str, str],
    links: Mapping[str, Row] = NO_LINKS,
) -> str:
    """Return what may be done about a gap, as a part of a sentence; see ``gap_sentence``."""
    words = wording(lang)
    if row["link"]:
        return _link_action(str(row["link"]), words, links, settings.group)
    facility = str(row["nearest_facility"])
    return words.text(
        f"action.{row['action']}",
        missing=_services(row, words),
        facility=names.get(facility, facility),
    )


def gap_place(row: Row, lang: str) -> str:
    """Return the names of the gap's units and place, joined as the language does it."""
    parts = [str(row[level]) for level in ("subdistrict", "community", "place")]
    named = [part for part in dict.fromkeys(parts) if part]
    outside = "outside_units" in str(row["reasons"]).split(";")
    joint = "" if lang == "zh" else ", "
    key = "gap.outside" if outside else "gap.here"
    return joint.join(named) or wording(lang).text(key)


def links_by_id(table: pd.DataFrame) -> dict[str, Row]:
    """Return the rows of the table of missing links by their id."""
    return {str(row["id"]): row for row in table.to_dict("records")}


def _why(row: Row, words: Wording, links: Mapping[str, Row]) -> str:
    """Return the causes of the gap's class, the barrier by name when the link is known.

    How far the straight line is follows for class A.
    """
    told = (*GAP_CLASSES[row["class"]].causes, "straight_beyond")
    held = [reason for reason in str(row["reasons"]).split(";") if reason in told]
    link = links.get(str(row["link"]))
    texts = {reason: words.text(f"why.{reason}") for reason in held}
    if link is not None:
        texts["barrier"] = words.text("link.barrier", barrier=_barrier(link, words))
    return words.text("gap.joint").join(texts.values())


def _link_action(link_id: str, words: Wording, links: Mapping[str, Row], group: str) -> str:
    link = links.get(link_id)
    if link is None:
        return words.text("link.named", link=link_id)
    kind = str(link["kind"])
    return words.text(
        "link.told_gate" if kind == "open_gate" else "link.told",
        link=link_id,
        what=words.text(f"link.{kind}", barrier=_barrier(link, words)),
        length_m=float(link["length_m"]),
        group=words.group(group),
        people=shown_count(link[group_column("people", group)]),
    )


def _barrier(link: Row, words: Wording) -> str:
    """Return the name of what a link crosses: its own, or what it is."""
    kind = "locked_gate" if link["kind"] == "open_gate" else str(link["barrier"])
    return str(link["barrier_name"]) or words.text(f"link.{kind}")


def _services(row: Row, words: Wording) -> str:
    services = str(row["missing_services"]).split(";")
    return words.text("gap.services").join(words.service(one) for one in services if one)


def _near_miss(row: Row, words: Wording) -> str:
    people = shown_count(row["near_miss_people"])
    if people == 0:
        return ""
    if row["class"] == "B":
        return words.text("gap.near_miss_aged", people=people, group=words.group(AGED_GROUP))
    return words.text("gap.near_miss", people=people)


def _nearest(row: Row, words: Wording, names: Mapping[str, str]) -> str:
    facility, walk = str(row["nearest_facility"]), float(row["minutes"])
    if not facility or math.isnan(walk):
        return ""
    return words.text("gap.nearest", facility=names.get(facility, facility), minutes=walk)
