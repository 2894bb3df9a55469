"""``tables.xlsx``: the bureau's annex tables, one sheet each, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import pandas as pd

from geoplan.domain.profiles import citation
from geoplan.model.results import PlanOutcome, PlanSettings
from geoplan.views.finding_words import finding_laws, finding_mend, finding_sentence
from geoplan.views.measure_sheets import measure_sheets
from geoplan.views.planning_sheets import gap_sheet, group_columns, planning_sheets
from geoplan.views.sentences import (
    site_name,
    site_origin,
)
from geoplan.views.sheet import (
    Sheet,
    joined_services,
    printed_sheet,
    records,
    sheet_formats,
    write_sheet,
)
from geoplan.views.site_sheets import site_sheets
from geoplan.views.wording import MASKED, Wording, wording

_FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Stamped into the file instead of the clock: same input, same bytes."""


def render_tables(outcome: PlanOutcome, *, lang: str) -> bytes:
    """Return the workbook: facilities, coverage, gaps, sites, parameters, doubts, walkers.

    Text is written as text: a name that begins like a formula stays a name. A run on made data
    says so on top of every sheet.
    """
    import xlsxwriter  # noqa: PLC0415  a quarter of a second that only this file needs

    stream = BytesIO()
    words = wording(lang)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"created": _FIXED_DATE, "title": outcome.settings.title})
    formats = sheet_formats(book)
    for sheet in sheets(outcome, lang=lang):
        band, masked = _band(words, outcome.settings), MASKED if outcome.settings.public else None
        write_sheet(book, sheet, band, formats, masked=masked)
    book.close()
    return stream.getvalue()


def sheets(outcome: PlanOutcome, *, lang: str) -> tuple[Sheet, ...]:
    """Return the sheets of the workbook in their order."""
    words = wording(lang)
    return (
        _facilities(outcome, words),
        _coverage(outcome, words, "subdistrict"),
        _coverage(outcome, words, "community"),
        gap_sheet(outcome, words, "gaps"),
        _sites(outcome, words),
        _parameters(outcome, words),
        _findings(outcome, words),
        _walkers(outcome, words),
        *measure_sheets(outcome, words),
        *planning_sheets(outcome, words),
        *site_sheets(outcome, words),
    )


def _facilities(outcome: PlanOutcome, words: Wording) -> Sheet:
    table = outcome.tables.facilities
    longest = max(outcome.settings.minutes)
    columns = {
        "id": table["id"],
        "name": table["name"],
        "kind": table["kind"].map(words.kind),
        "services": table["services"].map(lambda text: joined_services(words, text)),
        "subdistrict": table["subdistrict"],
        "community": table["community"],
        "people_within": table[f"people_{longest}"],
        "marginal": table[f"marginal_{longest}"],
    }
    return printed_sheet(words, "facilities", columns)


def _coverage(outcome: PlanOutcome, words: Wording, level: str) -> Sheet:
    """Return coverage of the main service and walker, one row a unit and limit."""
    settings, table = outcome.settings, outcome.tables.coverage
    rows = table[
        (table["level"] == level)
        & (table["service"] == settings.service)
        & (table["profile"] == settings.profile)
    ]
    columns = {
        "code": rows["code"],
        "unit": rows["name"],
        "group": rows["group"].map(words.group),
        "minutes": rows["minutes"],
        "people": rows["people"],
        "covered": rows["covered"],
        "uncovered": rows["people"] - rows["covered"],
        "share": rows["share"],
    }
    return printed_sheet(words, level, columns, percent=("share",))


def _sites(outcome: PlanOutcome, words: Wording) -> Sheet:
    table = outcome.tables.recommendations
    rows = records(table)
    columns = {
        **({} if outcome.tables.site_stages.empty else {"stage": table["stage"]}),
        "rank": table["rank"],
        "name": pd.Series([site_name(row, words.lang) for row in rows], dtype=object),
        "origin": pd.Series([site_origin(row, words.lang) for row in rows], dtype=object),
        "subdistrict": table["subdistrict"],
        "community": table["community"],
        **group_columns(outcome, words, "gain", table),
        "cumulative_share": table["cumulative_share"],
        "reason": table["reason_code"].map(lambda code: words.text(f"reason.{code}")),
        "margin": table["margin"],
        "runner_up": table["runner_up"],
        "lon": table["lon"],
        "lat": table["lat"],
    }
    return printed_sheet(words, "sites", columns, percent=("cumulative_share",))


def _parameters(outcome: PlanOutcome, words: Wording) -> Sheet:
    settings, inputs = outcome.settings, outcome.inputs
    rows = [
        (words.text("column.walker"), words.profile(settings.profile), settings.profile),
        (
            words.text("column.speed"),
            f"{settings.speed_m_s:.2f} m/s" + words.weather(settings.scenario),
            "",
        ),
        (words.text("column.minutes"), words.minutes(settings.minutes), ""),
        (words.text("column.service"), words.service(settings.service), settings.service),
        (words.text("column.group"), words.group(settings.group), settings.group),
        *_needs(inputs.demand.groups, words),
        ("CRS", inputs.area.crs, ""),
    ]
    for role, source in (
        ("network", inputs.network.source),
        ("facilities", inputs.facilities.source),
        ("demand", inputs.demand.source),
        ("boundaries", inputs.boundaries.source),
    ):
        made = words.text("map.band") if source.synthetic else ""
        about = " · ".join(part for part in (made, source.date, source.note) if part)
        rows.append((words.text(f"input.{role}"), source.name, about))
    table = pd.DataFrame(
        rows, columns=[words.text(f"column.{c}") for c in ("item", "value", "note")]
    )
    return Sheet(words.text("sheet.parameters"), table)


def _needs(groups: Sequence[str], words: Wording) -> list[tuple[str, str, str]]:
    """Return one row a need group of the demand: its name and who belongs to it."""
    told = [(words.group(group), words.definition(group)) for group in groups]
    return [(words.text("column.need"), name, who) for name, who in told if who]


def _findings(outcome: PlanOutcome, words: Wording) -> Sheet:
    found = outcome.findings
    columns = {
        "severity": pd.Series(
            [words.text(f"column.severity_{one.severity}") for one in found], dtype=object
        ),
        "rule": pd.Series([one.rule for one in found], dtype=object),
        "subject": pd.Series([one.subject for one in found], dtype=object),
        "text": pd.Series([finding_sentence(one, words.lang) for one in found], dtype=object),
        "mend": pd.Series([finding_mend(one, words.lang) or None for one in found], dtype=object),
        "law": pd.Series(
            ["\n".join(finding_laws(one, words.lang)) or None for one in found], dtype=object
        ),
        "lon": pd.Series([one.lon for one in found], dtype=object),
        "lat": pd.Series([one.lat for one in found], dtype=object),
        "finding": pd.Series([one.id for one in found], dtype=object),
    }
    return printed_sheet(words, "findings", columns)


def _walkers(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return every number and rule of the walkers of the run, one row each, with its source."""
    rows = records(outcome.tables.walkers)
    columns = {
        "walker": [row[words.lang] for row in rows],
        "item": [words.text(f"walker.{row['quantity']}") for row in rows],
        "value": [_walker_value(words, row["value"], row["unit"]) for row in rows],
        "unit_of": [words.text(f"unit.{row['unit']}") for row in rows],
        "source": [
            citation(row["source"], words.lang) or words.text("walker.neutral") for row in rows
        ],
    }
    series = {name: pd.Series(cells, dtype=object) for name, cells in columns.items()}
    return printed_sheet(words, "walkers", series)


def _walker_value(words: Wording, value: float | str | None, unit: str) -> float | str:
    """Return a number as it is, a rule as yes or no, a limit that is not set as such."""
    if unit == "rule":
        return words.text("walker.yes" if value else "walker.no")
    if unit == "scenario":
        return words.scenario(str(value)) or words.text("walker.ordinary")
    return words.text("walker.no_limit") if value is None else value


def _band(words: Wording, settings: PlanSettings) -> str:
    title = settings.title if words.lang == "zh" else settings.title_en
    made = f"  {words.text('map.band')}" if settings.synthetic else ""
    return title + made + (words.text("map.public") if settings.public else "")
