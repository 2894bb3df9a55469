"""A siting study as tables, one a file; what was not asked for has no table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geoplan.model.site_schema import (
    SITE_FREQUENCY,
    SITE_MARGINS,
    SITE_RIVALS,
    WHY_NOT,
)
from geoplan.model.site_study import SiteStudy
from geoplan.model.why_not import WhyNot
from geoplan.stages.stage_tables import stage_shares, stages_table

NEAR_M = 300.0
"""A site this near does as well for most homes: about four minutes on foot at 1.2 m/s."""


def study_tables(study: SiteStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of a study by file name, without the ending.

    ``recommendations`` and ``site_people`` always; ``site_stages`` and ``stage_shares`` with
    stages; ``site_margins``, ``site_rivals``, ``site_frequency`` and ``why_not`` when asked for.
    """
    tables = {"recommendations": study.recommendations, "site_people": study.people}
    if study.staged is not None:
        people, group = study.siting.asked.people[:, study.main_group], study.settings.group
        tables["site_stages"] = stages_table(study.siting, study.stages, people)
        tables["stage_shares"] = stage_shares(study.siting, people, group)
    if study.margins:
        tables["site_margins"] = _margins(study)
    if study.rivals is not None:
        tables["site_rivals"] = _table(
            SITE_RIVALS,
            (
                (rank, plan.value, plan.loss, _joined(study, plan.sites))
                for rank, plan in enumerate(study.rivals.plans, 1)
            ),
        )
    if study.rivals is not None or study.stability is not None:
        tables["site_frequency"] = _frequency(study)
    if study.why_not:
        tables["why_not"] = _table(
            WHY_NOT, (row for card in study.why_not for row in _card(study, card))
        )
    return tables


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _joined(study: SiteStudy, rows: Iterable[int]) -> str:
    return " ".join(study.ids(rows))


def _margins(study: SiteStudy) -> pd.DataFrame:
    return _table(
        SITE_MARGINS,
        (
            (
                rank,
                study.ids([one.site])[0],
                one.lost_without,
                one.margin,
                _joined(study, one.incoming),
                _joined(study, one.outgoing),
                one.least_extra_weight,
                one.proven,
            )
            for rank, one in enumerate(study.margins, 1)
        ),
    )


def _frequency(study: SiteStudy) -> pd.DataFrame:
    """Return every site that some plan opens, by row."""
    planned = study.siting.asked.rows(study.siting.solution.sites).tolist()
    in_rivals: Mapping[int, int] = {}
    plans = 0
    if study.rivals is not None:
        plans = len(study.rivals.plans)
        in_rivals = dict.fromkeys(study.rivals.core, plans) | study.rivals.swing
    chosen = np.empty(0) if study.stability is None else study.stability.chosen
    seen = sorted({*planned, *in_rivals, *np.flatnonzero(chosen).tolist()})
    share = np.empty(0) if study.stability is None else study.stability.share
    return _table(
        SITE_FREQUENCY,
        (
            (
                study.ids([site])[0],
                site in planned,
                in_rivals.get(site, 0) if plans else np.nan,
                in_rivals.get(site, 0) / plans if plans else np.nan,
                share[site] if share.size else np.nan,
                _near(study, site),
            )
            for site in seen
        ),
    )


def _near(study: SiteStudy, site: int) -> float:
    if study.stability is None:
        return np.nan
    xy = study.siting.candidates.xy
    return study.stability.share_near(xy, site, within_m=NEAR_M)


def _card(study: SiteStudy, card: WhyNot) -> list[tuple[Any, ...]]:
    """Return one row a way in; one without a way when there is none."""
    head = (
        study.ids([card.candidate])[0],
        card.forbidden_by,
        _joined(study, card.forbidding),
        card.value if card.sites else np.nan,
        card.loss if card.sites else np.nan,
        card.idle,
        _joined(study, card.pushed_out),
        _joined(study, card.joined),
    )
    if not card.ways_in:
        return [(*head, "", np.nan, np.nan, "", card.proven)]
    return [
        (
            *head,
            way.kind,
            way.amount if np.isfinite(way.amount) else np.nan,
            way.least if np.isfinite(way.least) else np.nan,
            study.ids([way.subject])[0] if way.subject >= 0 else "",
            way.proven,
        )
        for way in card.ways_in
    ]
