"""Where the next sites should stand, without writing a result folder."""

from __future__ import annotations

import pandas as pd

from geoplan.jobs.project import load_inputs, open_project
from geoplan.pipeline import Progress, plan_sites


def site_project(project: str | None, *, model: str, new: int, progress: Progress) -> pd.DataFrame:
    """Return the recommendations of a project for another model or number of sites.

    Raises
    ------
    ConfigError
        The model is not one that geoplan solves, or ``new`` is impossible.
    SolverError
        No plan could be proven.
    """
    opened = open_project(project)
    file = opened.file.with_siting(model=model, new=new)
    return plan_sites(load_inputs(opened, progress=progress), file, progress=progress)
