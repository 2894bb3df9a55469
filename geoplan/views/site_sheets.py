"""Sheets of the siting plan: whom each site adds, where, and what each year opens."""

from __future__ import annotations

import pandas as pd

from geoplan.model.results import PlanOutcome
from geoplan.views.sentences import site_name
from geoplan.views.sheet import Sheet, printed_sheet, records
from geoplan.views.wording import Wording

OLDEST = "80+"


def site_sheets(outcome: PlanOutcome, words: Wording) -> tuple[Sheet, ...]:
    """Return the sheets in their order; none of them stands in a public edition.

    The years have a sheet only when the plan is one in stages.
    """
    if outcome.settings.public:
        return ()
    people = _people(outcome, words)
    return (people,) if outcome.tables.site_stages.empty else (people, _stages(outcome, words))


def _people(outcome: PlanOutcome, words: Wording) -> Sheet:
    """Return the people of the main group and the oldest by site and subdistrict."""
    table = outcome.tables.site_people
    rows = table[table["group"].isin([outcome.settings.group, OLDEST])]
    names = _names(outcome, words)
    columns = {
        "rank": rows["rank"],
        "name": rows["site_id"].map(names),
        "subdistrict": rows["subdistrict"],
        "group": rows["group"].map(words.group),
        "gain": rows["gain"],
        "lost_without": rows["lost_without"],
    }
    return printed_sheet(words, "site_people", columns)


def _stages(outcome: PlanOutcome, words: Wording) -> Sheet:
    table, names = outcome.tables.site_stages, _names(outcome, words)
    joint = words.text("popup.joint")
    opened = [joint.join(names[code] for code in text.split()) for text in table["opened"]]
    columns = {
        "year": table["year"],
        "opened": pd.Series(opened, dtype=object),
        "budget": table["budget"],
        "spent": table["spent"],
        "covered": table["covered"],
        "share": table["share"],
        "plan_value": table["value"],
        "best_value": table["best"],
        "regret": table["regret"],
    }
    return printed_sheet(words, "site_stages", columns, percent=("share",))


def _names(outcome: PlanOutcome, words: Wording) -> dict[str, str]:
    rows = records(outcome.tables.recommendations)
    return {str(row["site_id"]): site_name(row, words.lang) for row in rows}
