"""The public edition of a run: small counts, and what would give them away, are not told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from geoplan.model.arrays import Flags
from geoplan.model.findings import Finding, Scalar
from geoplan.pipeline.ground import Ground
from geoplan.stages.disclosure import SMALLEST
from geoplan.stages.public_lists import MainSlice, emptied_rows, masked_addends, small
from geoplan.stages.publication import public_tables

Audience = Literal["internal", "public"]
"""Who reads a run: the bureau itself, or everybody."""

NOT_TOLD = "*"
"""Stands for a text that would give a masked count away."""

_MASKED_TOGETHER = {
    "coverage": "coverage",
    "choices": "choices",
    "certainty": "certainty",
    "bundles": "bundles",
    "walking_times": "times",
    "gaps": "gaps",
    "facilities": "facilities",
    "recommendations": "recommendations",
}
"""Table of a run → what ``stages.publication`` calls it."""


def for_the_public(ground: Ground, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables of a run without what nobody outside the bureau may read off them.

    Near misses are left out whole; the others lose the cells that ``stages.publication`` names.
    """
    settings = ground.settings
    main = MainSlice(settings.service, settings.profile, max(settings.minutes), settings.group)
    known = {_MASKED_TOGETHER[name]: tables[name] for name in _MASKED_TOGETHER}
    masked = public_tables(known, ground.inputs.boundaries, main).tables
    shown = dict(tables) | {name: masked[inner] for name, inner in _MASKED_TOGETHER.items()}
    shown["service_matrix"] = _matrix(tables["service_matrix"], shown["coverage"], main)
    shown["supply"] = _without_people(tables["supply"], shown["coverage"])
    shown["capacity"] = _capacity(tables["capacity"], shown["coverage"], main)
    shown["shortfalls"] = _lone_counts(tables["shortfalls"])
    shown["links"] = _links(tables["links"], shown["gaps"])
    shown["near_misses"] = tables["near_misses"][:0]
    return shown


def public_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings without their small counts of people."""
    return tuple(replace(one, evidence=_told(one.evidence)) for one in findings)


def _told(evidence: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {
        key: None
        if key.startswith("people") and isinstance(value, int) and 0 < value < SMALLEST
        else value
        for key, value in evidence.items()
    }


def _matrix(matrix: pd.DataFrame, coverage: pd.DataFrame, main: MainSlice) -> pd.DataFrame:
    """Return the five-service matrix with the cells that coverage does not tell emptied."""
    key = ["level", "code", "name", "group"]
    rows = coverage[(coverage["profile"] == main.profile) & (coverage["minutes"] == main.minutes)]
    found = matrix[key]
    hidden: dict[str, Flags] = {}
    for column in matrix.columns:
        of_service = rows[rows["service"] == column.removeprefix("covered_")]
        if column.startswith("covered_") and len(of_service):
            told = found.merge(of_service[[*key, "covered"]], on=key, how="left")
            hidden[column] = told["covered"].isna().to_numpy()
    people = found.merge(rows[[*key, "people"]].drop_duplicates(key), on=key, how="left")
    hidden["people"] = people["people"].isna().to_numpy()
    either = np.logical_or.reduce(list(hidden.values()))
    shown = emptied_rows(matrix, hidden)
    names = {column: shown[column].mask(either, NOT_TOLD) for column in ("missing", "partly")}
    return shown.assign(**names)


def _without_people(supply: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return the table of supply without the people, and their means, that coverage hides."""
    key = ["level", "code", "name", "group"]
    people = coverage[[*key, "people"]].drop_duplicates(key)
    told = supply[key].merge(people, on=key, how="left")["people"].isna().to_numpy()
    return emptied_rows(supply, {"people": told, "access_per_1000": told})


def _capacity(capacity: pd.DataFrame, coverage: pd.DataFrame, main: MainSlice) -> pd.DataFrame:
    """Return loads whose small counts are masked; people sum to the covered of their service."""
    top = coverage["level"].iloc[0]
    rows = coverage[
        (coverage["level"] == top)
        & (coverage["profile"] == main.profile)
        & (coverage["minutes"] == main.minutes)
        & (coverage["group"] == main.group)
    ]
    services = sorted(set(capacity["service"]))
    untold = {str(row["service"]) for row in rows[rows["covered"].isna()].to_dict("records")}
    owner = capacity["service"].map({name: at for at, name in enumerate(services)}).to_numpy()
    secret = np.array([name in untold for name in services], dtype=np.bool_)
    hidden = {
        column: masked_addends(
            capacity[column].to_numpy(dtype=np.int64), owner.astype(np.int64), secret
        )
        for column in ("nearest_people", "assigned")
    }
    hidden |= {"load": hidden["nearest_people"], "left": hidden["assigned"]}
    return emptied_rows(capacity, hidden)


def _lone_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a list whose counts add up to nothing that is printed: each small one is masked."""
    counts = [name for name in table.columns if name.startswith("people_")]
    return emptied_rows(
        table, {column: small(table, column) for column in (*counts, "near_miss_people")}
    )


def _links(links: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the links with small counts masked, and those that tell a masked gap of theirs."""
    hidden: dict[str, Flags] = {}
    for column in [name for name in links.columns if name.startswith("people_")]:
        if column == "people_per_m":
            continue
        told = set(gaps.loc[gaps[column].isna(), "link"])
        hidden[column] = small(links, column) | links["id"].isin(told).to_numpy()
    hidden["people_per_m"] = np.logical_or.reduce(list(hidden.values()))
    return emptied_rows(links, hidden)
