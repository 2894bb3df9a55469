"""Sheets of the measures beside spatial coverage: times, bundles, services, certainty."""

from __future__ import annotations

import pandas as pd

from geoplan.domain.kinds import CARE_SERVICES
from geoplan.model.results import PlanOutcome
from geoplan.views.sheet import Sheet, joined_services, printed_sheet
from geoplan.views.wording import Wording

_UNIT_LEVELS = ("district", "subdistrict", "community")


def measure_sheets(outcome: PlanOutcome, words: Wording) -> tuple[Sheet, ...]:
    """Return the sheets in their order; all are of the main walker."""
    return (
        _walking_times(outcome, words),
        _bundles(outcome, words),
        _services(outcome, words),
        _certainty(outcome, words),
    )


def _walking_times(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return the walk to the main service, main group, one row a unit."""
    rows = _main(outcome, outcome.tables.walking_times)
    columns = {
        **_unit_columns(words, rows),
        "people": rows["people"],
        "no_way": rows["no_way"],
        "mean_min": rows["mean_min"],
        "median_min": rows["median_min"],
        "p90_min": rows["p90_min"],
        "max_min": rows["max_min"],
    }
    return printed_sheet(words, "walking_times", columns)


def _bundles(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return who has none, one, two or all three of the bundle, longest limit."""
    rows = _main(outcome, outcome.tables.bundles)
    columns = {
        **_unit_columns(words, rows),
        "people": rows["people"],
        **{f"bundle_{part}": rows[part] for part in ("none", "one", "two", "three")},
    }
    return printed_sheet(words, "bundles", columns)


def _services(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return the five-service matrix: which place misses what."""
    rows = outcome.tables.service_matrix
    rows = rows[rows["level"] != "road"]
    shares = {
        f"share|{words.service(one)}": rows[f"covered_{one}"] / rows["people"].replace(0, pd.NA)
        for one in CARE_SERVICES
    }
    columns = {
        **_unit_columns(words, rows),
        "people": rows["people"],
        **{key: share.astype("Float64") for key, share in shares.items()},
        "missing": rows["missing"].map(lambda text: joined_services(words, text)),
        "partly": rows["partly"].map(lambda text: joined_services(words, text)),
    }
    return printed_sheet(words, "services", columns, percent=tuple(shares))


def _certainty(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return who is covered certainly, likely or only if, longest limit."""
    rows = _main(outcome, outcome.tables.certainty)
    columns = {
        **_unit_columns(words, rows),
        "people": rows["people"],
        **{part: rows[part] for part in ("certain", "likely", "only_if", "never")},
    }
    return printed_sheet(words, "certainty", columns)


def _main(outcome: PlanOutcome, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of units for main service, walker and group at the longest limit."""
    settings = outcome.settings
    wanted = {
        "service": settings.service,
        "profile": settings.profile,
        "group": settings.group,
        "minutes": max(settings.minutes),
    }
    keep = table["level"].isin(_UNIT_LEVELS)
    for column, value in wanted.items():
        if column in table:
            keep &= table[column] == value
    return table[keep]


def _unit_columns(words: Wording, rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "level": rows["level"].map(lambda level: words.text(f"level.{level}")),
        "code": rows["code"],
        "unit": rows["name"],
    }
