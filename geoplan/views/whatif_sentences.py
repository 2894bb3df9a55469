"""Sentences about a change: what was tried, and who gains and who loses by subdistrict."""

from __future__ import annotations

import pandas as pd

from geoplan.model.changes import Changes
from geoplan.model.results import PlanSettings
from geoplan.model.schema import group_column
from geoplan.views.wording import wording


def whatif_lines(
    changes: Changes,
    tables: tuple[pd.DataFrame, pd.DataFrame],
    lang: str,
    *,
    opened: tuple[str, ...],
    settings: PlanSettings,
) -> tuple[str, ...]:
    """Return the lines of a terminal: main group, longest limit, units where someone is affected.

    Parameters
    ----------
    tables
        Winners and losers (``model.schema.WINNERS``), and the homes whose walk changed.
    opened
        Ids of the new facilities, in the order of ``changes.add``.
    """
    words = wording(lang)
    people, homes = tables
    rows = people[
        (people["group"] == settings.group) & (people["minutes"] == max(settings.minutes))
    ]
    return (
        *([words.text("summary.synthetic")] if settings.synthetic else []),
        words.text(
            "whatif.title",
            added=len(changes.add),
            closed=len(changes.close),
            moved=len(changes.move),
            gates=len(changes.open_gates),
        ),
        *(
            words.text("whatif.opened", id=code, lon=one.lon, lat=one.lat)
            for code, one in zip(opened, changes.add, strict=True)
        ),
        words.text(
            "summary.walker",
            profile=words.profile(settings.profile),
            speed=f"{settings.speed_m_s:.2f}",
        )
        + words.weather(settings.scenario),
        words.text(
            "whatif.counted",
            group=words.group(settings.group),
            service=words.service(settings.service),
            minutes=max(settings.minutes),
        ),
        *_units(rows, lang),
        _walks(homes, group_column("people", settings.group), lang),
    )


def _units(rows: pd.DataFrame, lang: str) -> list[str]:
    """Return one line for the district and one, set in, for each affected subdistrict."""
    words = wording(lang)
    lines = []
    for row in rows.to_dict("records"):
        top = row["level"] == "district"
        if top or row["gained"] or row["lost"]:
            sentence = words.text("whatif.unit", **{str(key): row[key] for key in row})
            lines.append(sentence if top else f"  {sentence}")
    affected = (rows["gained"] + rows["lost"]).any()
    return lines if affected else [*lines, words.text("whatif.nobody")]


def _walks(homes: pd.DataFrame, people: str, lang: str) -> str:
    """Return how many people have their nearest facility nearer and farther than before."""
    before, after = homes["minutes_before"], homes["minutes_after"]
    nearer = (after < before) | (before.isna() & after.notna())
    return wording(lang).text(
        "whatif.walks",
        nearer=int(homes.loc[nearer, people].sum()),
        farther=int(homes.loc[~nearer, people].sum()),
    )
