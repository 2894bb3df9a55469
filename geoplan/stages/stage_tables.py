"""A plan in stages as tables: what each year opens, reaches and is worth, by subdistrict, too."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geoplan.model.arrays import Ints
from geoplan.model.site_schema import SITE_STAGES, STAGE_SHARES
from geoplan.model.siting import Siting, SitingStage
from geoplan.stages.asked_plans import index_array
from geoplan.stages.site_people import served_after


def stages_table(siting: Siting, years: tuple[SitingStage, ...], people: Ints) -> pd.DataFrame:
    """Return one row a stage, columns ``SITE_STAGES``; none for a plan all at once.

    Parameters
    ----------
    people
        (demand,) people of the main group.
    """
    rows = list[tuple[Any, ...]]()
    stages = () if siting.staged is None else siting.staged.stages
    labels = siting.asked.labels.candidate
    for turn, (asked, stage) in enumerate(zip(years, stages, strict=bool(stages)), 1):
        served = served_after(siting.asked, index_array(stage.built))
        covered = int(people[served].sum())
        rows.append(
            (
                turn,
                asked.year,
                asked.new,
                asked.budget if np.isfinite(asked.budget) else np.nan,
                " ".join(str(labels[site]) for site in stage.opened),
                stage.spent,
                stage.value,
                stage.best,
                stage.best_bound,
                stage.regret,
                covered,
                round(covered / max(int(people.sum()), 1), 6),
            )
        )
    return pd.DataFrame(rows, columns=list(SITE_STAGES))


def stage_shares(siting: Siting, people: Ints, group: str) -> pd.DataFrame:
    """Return the covered share of each subdistrict after each stage; stage 0 is today.

    Columns ``STAGE_SHARES``; no row for a plan all at once. The share of a subdistrict without
    people is empty.
    """
    asked, labels = siting.asked, siting.asked.labels.region
    region, count = asked.question.problem.region, len(labels)
    inside = region >= 0
    total = np.bincount(region[inside], weights=people[inside], minlength=count)
    rows = list[tuple[Any, ...]]()
    stages = () if siting.staged is None else siting.staged.stages
    built = [(), *(stage.built for stage in stages)] if stages else []
    for turn, sites in enumerate(built):
        served = served_after(asked, index_array(sites)) & inside
        covered = np.bincount(region[served], weights=people[served], minlength=count)
        rows += [
            (
                turn,
                str(labels[place]),
                group,
                int(total[place]),
                int(covered[place]),
                round(covered[place] / total[place], 6) if total[place] else np.nan,
            )
            for place in range(count)
        ]
    return pd.DataFrame(rows, columns=list(STAGE_SHARES))
