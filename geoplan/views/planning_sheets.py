"""Sheets that a planner acts on: gaps, links, capacity, fairness, targets, and what each means."""

from __future__ import annotations

from typing import Any

import pandas as pd

from geoplan.domain.indicators import DIRECTIONS, INDICATORS, UNITS
from geoplan.domain.profiles import MEASURING_WALKER
from geoplan.domain.standards import STANDARD_DISTANCES
from geoplan.model.results import PlanOutcome
from geoplan.model.schema import group_column
from geoplan.views.gap_sentences import gap_sentence, links_by_id
from geoplan.views.sentences import facility_names
from geoplan.views.sheet import Sheet, printed_sheet, records
from geoplan.views.wording import Wording


def planning_sheets(outcome: PlanOutcome, words: Wording) -> tuple[Sheet, ...]:
    """Return the sheets in their order."""
    return (
        _three_coverages(outcome, words),
        _scorecard(outcome, words),
        gap_sheet(outcome, words, "shortfalls"),
        _links(outcome, words),
        _capacity(outcome, words),
        _fairness(outcome, words),
        indicator_sheet(words),
    )


def gap_sheet(outcome: PlanOutcome, words: Wording, name: str) -> Sheet:
    """Return the gaps beyond the limit, or the shortfalls within it, each with its sentence."""
    table = getattr(outcome.tables, name)
    names = facility_names(outcome.inputs.facilities)
    links = links_by_id(outcome.tables.links)
    sentences = [
        gap_sentence(row, words.lang, settings=outcome.settings, names=names, links=links)
        for row in records(table)
    ]
    columns = {
        "id": table["id"],
        "gap_class": table["class"].map(words.gap_class),
        "subdistrict": table["subdistrict"],
        "community": table["community"],
        "place": table["place"],
        **group_columns(outcome, words, "people", table),
        "minutes_to_nearest": table["minutes"],
        "nearest": table["nearest_facility"].map(lambda code: names.get(code, code)),
        "text": pd.Series(sentences, dtype=object),
    }
    return printed_sheet(words, name, columns)


def group_columns(
    outcome: PlanOutcome, words: Wording, prefix: str, table: pd.DataFrame
) -> dict[str, pd.Series[Any]]:
    """Return one column a group; the key carries the printed header behind a bar."""
    return {
        f"{prefix}|{words.group(group)}": table[group_column(prefix, group)]
        for group in outcome.inputs.demand.groups
    }


def indicator_sheet(words: Wording) -> Sheet:
    """Return what every indicator means, in what unit, which way is better, and its source."""
    lang, rows = words.lang, list(INDICATORS.values())
    columns = {
        "id": [one.id for one in rows],
        "name": [getattr(one, lang) for one in rows],
        "definition": [getattr(one, f"definition_{lang}") for one in rows],
        "unit_of": [getattr(UNITS[one.unit], lang) for one in rows],
        "direction": [DIRECTIONS[one.direction][lang] for one in rows],
        "source": [one.cited(lang) for one in rows],
    }
    series = {key: pd.Series(cells, dtype=object) for key, cells in columns.items()}
    return printed_sheet(words, "indicators", series)


def _three_coverages(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return the three coverages of district and subdistricts: main walker and main group."""
    settings, table = outcome.settings, outcome.tables.three_coverages
    rows = table[
        table["level"].isin(["district", "subdistrict"])
        & (table["profile"] == settings.profile)
        & (table["group"] == settings.group)
    ]
    columns = {
        "level": rows["level"].map(lambda level: words.text(f"level.{level}")),
        "unit": rows["name"],
        "service": rows["service"].map(words.service),
        "facilities": rows["facilities"],
        "subdistricts_with": _out_of(rows, "subdistricts"),
        "communities_with": _out_of(rows, "communities"),
        "people": rows["people"],
        "covered": rows["covered"],
        "covered_share": rows["covered_share"],
        "distance_share": _by_distance(outcome, rows),
        "served": rows["served"],
        "served_share": rows["served_share"],
        "source": rows["served_source"],
    }
    percent = ("covered_share", "distance_share", "served_share")
    return printed_sheet(words, "three_coverages", columns, percent)


def _by_distance(outcome: PlanOutcome, rows: pd.DataFrame) -> pd.Series[Any]:
    """Return the share within the standard's longest distance, in the order of the rows."""
    table, key = outcome.tables.coverage, ["level", "code", "service", "group"]
    measured = table[
        (table["profile"] == MEASURING_WALKER.id)
        & (table["minutes"] == max(STANDARD_DISTANCES))
        & (table["group"] == outcome.settings.group)
    ]
    return rows[key].merge(measured[[*key, "share"]], on=key, how="left")["share"]


def _out_of(rows: pd.DataFrame, children: str) -> pd.Series[Any]:
    """Return ``7/7``: units with a facility out of all."""
    pairs = zip(rows[f"{children}_with"].tolist(), rows[children].tolist(), strict=True)
    texts = ["" if pd.isna(count) else f"{some}/{count}" for some, count in pairs]
    return pd.Series(texts, index=rows.index, dtype=object)


def _scorecard(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return each target beside its value, and what is missing."""
    table, lang = outcome.tables.scorecard, words.lang
    columns = {
        "target": table[f"text_{lang}"],
        "unit": table["name"],
        "value": table["value"],
        "goal": table["goal"],
        "reported_value": table["reported_value"],
        "unit_of": table["unit"].map(lambda unit: getattr(UNITS[unit], lang)),
        "status": table["status"].map(lambda status: words.text(f"status_of.{status}")),
        "lacking": table["missing"],
        "lacking_unit": table["missing_unit"].map(
            lambda unit: getattr(UNITS[unit], lang) if unit else ""
        ),
        "lacking_names": table["missing_names"],
        "previous_value": table["previous_value"],
        "change": table["change"],
        "pace": table["pace"],
        "deadline": table["deadline"],
        "source": table["source"],
        "confidence": table["confidence"].map(lambda one: words.text(f"confidence.{one}")),
    }
    return printed_sheet(words, "scorecard", columns)


def _links(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return the missing links, most people per metre first."""
    table = outcome.tables.links
    columns = {
        "id": table["id"],
        "kind": table["kind"].map(lambda kind: words.text(f"link_kind.{kind}")),
        "barrier": table["barrier"].map(lambda kind: words.text(f"barrier_kind.{kind}")),
        "name": table["barrier_name"],
        "subdistrict": table["subdistrict"],
        "community": table["community"],
        "length_m": table["length_m"],
        **group_columns(outcome, words, "people", table),
        "minutes_before": table["minutes_before"],
        "minutes_after": table["minutes_after"],
        "lon": table["from_lon"],
        "lat": table["from_lat"],
    }
    return printed_sheet(words, "links", columns)


def _capacity(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return load against capacity of the facilities of the main service."""
    names = facility_names(outcome.inputs.facilities)
    table = outcome.tables.capacity
    rows = table[table["service"] == outcome.settings.service]
    columns = {
        "id": rows["facility"],
        "name": rows["facility"].map(lambda code: names.get(code, code)),
        "capacity": rows["capacity"],
        "nearest_people": rows["nearest_people"],
        "load": rows["load"],
        "assigned": rows["assigned"],
        "left": rows["left"],
    }
    return printed_sheet(words, "capacity", columns)


def _fairness(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return how evenly the main service is shared: main walker, longest limit."""
    settings, table = outcome.settings, outcome.tables.fairness
    names = dict(zip(outcome.inputs.boundaries.code, outcome.inputs.boundaries.name, strict=True))
    rows = table[
        (table["service"] == settings.service)
        & (table["profile"] == settings.profile)
        & (table["minutes"] == max(settings.minutes))
    ]
    columns = {
        "measure": rows["measure"].map(lambda measure: _measure(words, measure)),
        "method": rows["method"].map(lambda method: words.text(f"method.{method}")),
        "unit": rows["code"].map(lambda code: names.get(code, code)),
        "value": rows["value"].round(4),
        "supply_unit": rows["supply_unit"].map(lambda unit: words.text(f"supply.{unit}")),
    }
    return printed_sheet(words, "fairness", columns)


def _measure(words: Wording, measure: str) -> str:
    if measure.startswith("lorenz_"):
        return words.text("measure.lorenz", percent=int(measure.removeprefix("lorenz_")))
    return words.text(f"measure.{measure}")
