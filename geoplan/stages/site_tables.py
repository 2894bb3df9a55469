"""A siting study as tables, one a file; what was not asked for has no table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geoplan.model.schema import (
    SITE_FREQUENCY,
    SITE_MARGINS,
    SITE_RIVALS,
    SITE_STAGES,
    STAGE_SHARES,
    WHY_NOT,
)
from geoplan.model.site_study import SiteStudy
from geoplan.model.why_not import WhyNot
from geoplan.stages.asked_plans import index_array
from geoplan.stages.site_people import served_after

NEAR_M = 300.0
"""A site this near does as well for most homes: about four minutes on foot at 1.2 m/s."""


def study_tables(study: SiteStudy) -> dict[str, pd.DataFrame]:
    """Return the tables of a study by file name, without the ending.

    ``recommendations`` and ``site_people`` always; ``site_stages`` and ``stage_shares`` with
    stages; ``site_margins``, ``site_rivals``, ``site_frequency`` and ``why_not`` when asked for.
    """
    tables = {"recommendations": study.recommendations, "site_people": study.people}
    if study.staged is not None:
        tables["site_stages"] = _stages(study)
        tables["stage_shares"] = _stage_shares(study)
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


def _main(study: SiteStudy) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the people of the main group by home."""
    people: np.ndarray[Any, np.dtype[np.int64]] = study.siting.asked.people[:, study.main_group]
    return people


def _stages(study: SiteStudy) -> pd.DataFrame:
    if study.staged is None:
        raise ValueError("the study has no stages")
    people, rows = _main(study), list[tuple[Any, ...]]()
    for turn, (asked, stage) in enumerate(zip(study.stages, study.staged.stages, strict=True), 1):
        served = served_after(study.siting.asked, index_array(stage.built))
        covered = int(people[served].sum())
        rows.append(
            (
                turn,
                asked.year,
                asked.new,
                asked.budget if np.isfinite(asked.budget) else np.nan,
                _joined(study, stage.opened),
                stage.spent,
                stage.value,
                stage.best,
                stage.best_bound,
                stage.regret,
                covered,
                round(covered / max(int(people.sum()), 1), 6),
            )
        )
    return _table(SITE_STAGES, rows)


def _stage_shares(study: SiteStudy) -> pd.DataFrame:
    """Return the covered share of each subdistrict after each stage; stage 0 is today."""
    if study.staged is None:
        raise ValueError("the study has no stages")
    asked, people = study.siting.asked, _main(study)
    region = asked.question.problem.region
    count = len(asked.labels.region)
    inside = region >= 0
    total = np.bincount(region[inside], weights=people[inside], minlength=count)
    rows = list[tuple[Any, ...]]()
    for turn, built in enumerate([(), *(stage.built for stage in study.staged.stages)]):
        served = served_after(asked, index_array(built)) & inside
        covered = np.bincount(region[served], weights=people[served], minlength=count)
        rows += [
            (
                turn,
                str(asked.labels.region[place]),
                study.settings.group,
                int(total[place]),
                int(covered[place]),
                round(covered[place] / total[place], 6) if total[place] else np.nan,
            )
            for place in range(count)
        ]
    return _table(STAGE_SHARES, rows)


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
