"""The main job: read, check, plan, write."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from geoplan.domain.crs import datum
from geoplan.domain.profiles import SCENARIOS, SOURCES
from geoplan.io.artifacts import (
    MANIFEST,
    Writer,
    bytes_writer,
    csv_writer,
    json_writer,
    later,
    text_writer,
    write_folder,
)
from geoplan.io.layers import write_layers
from geoplan.io.manifest import manifest
from geoplan.jobs.opening import Project, open_project
from geoplan.jobs.project import linted_inputs
from geoplan.model.findings import Finding
from geoplan.model.results import PlanOutcome
from geoplan.pipeline import Audience, Progress, plan
from geoplan.views.finding_records import finding_record
from geoplan.views.folium_map import render_map
from geoplan.views.map_spec import map_spec
from geoplan.views.tables import render_tables

OUTPUTS = Path("outputs")
MADE_MARK = "示意数据 · made data"
"""Stands in the last column of every CSV table of a run on made data."""

CSV_TABLES = (
    "coverage",
    "walking_times",
    "bundles",
    "choices",
    "service_matrix",
    "three_coverages",
    "establishment",
    "supply",
    "fairness",
    "capacity",
    "certainty",
    "roads",
    "facilities",
    "gaps",
    "shortfalls",
    "near_misses",
    "links",
    "scorecard",
    "facts",
    "recommendations",
    "site_people",
    "site_stages",
    "stage_shares",
    "border_points",
)
"""The tables of a run that are written as CSV files of the same name."""

INTERNAL_TABLES = frozenset({"facts", "near_misses", "site_people", "site_stages", "stage_shares"})
"""Tables that a public edition does not hold: they tell single homes, or unmasked counts."""

STAGED_TABLES = frozenset({"site_stages", "stage_shares"})
"""Tables of a plan in stages; a plan all at once has no such file."""


@dataclass(frozen=True, slots=True, eq=False)
class RunReport:
    """What a run leaves: the folder, the headline numbers and the findings."""

    folder: Path
    summary: Mapping[str, Any]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class StageClock:
    """Times the stages between two calls and passes each name on to a listener."""

    listener: Progress
    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str = ""
    _since: float = 0.0

    def __call__(self, stage: str) -> None:
        """Begin a stage; the one before it ends."""
        self.stop()
        self._stage, self._since = stage, time.perf_counter()
        self.listener(stage)

    def stop(self) -> None:
        """End the last stage."""
        if self._stage:
            taken = time.perf_counter() - self._since
            self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + taken
        self._stage = ""


def run_project(
    project: str | Path | None,
    *,
    out: Path | None,
    lang: str | None,
    progress: Progress,
    audience: Audience = "internal",
) -> RunReport:
    """Plan a project, write its result folder, and return what stands in it.

    Parameters
    ----------
    project
        Folder or file of a project; None is the embedded sample.
    out
        Result folder; None is ``outputs/<project id>``.
    lang
        ``zh`` or ``en`` for what people read; None is the project's own language.
    progress
        Called with the name of each stage as it begins.
    audience
        ``public`` masks counts under 5, and those that would give them away, in every output.

    Raises
    ------
    GeoplanError
        Something cannot be used or written; an earlier result folder stays as it was.
    """
    clock = StageClock(progress)
    opened = open_project(project)
    inputs = linted_inputs(opened, progress=clock)
    outcome = plan(inputs, opened.file, progress=clock, audience=audience)
    folder = out or OUTPUTS / opened.file.project.id
    save_outcome(outcome, opened, folder, lang=lang or opened.file.project.lang, clock=clock)
    return RunReport(folder=folder, summary=outcome.summary, findings=outcome.findings)


def save_outcome(
    outcome: PlanOutcome, project: Project, folder: Path, *, lang: str, clock: StageClock
) -> Path:
    """Write the result folder whole: tables, findings, layers, map and manifest."""
    clock("write")
    writers: dict[str, Writer] = {
        "map.html": later(lambda: text_writer(render_map(map_spec(outcome, lang=lang)))),
        "layers.gpkg": lambda path: write_layers(outcome, path),
        **_csv_tables(outcome),
        "tables.xlsx": later(lambda: bytes_writer(render_tables(outcome, lang=lang))),
        "summary.json": json_writer(dict(outcome.summary)),
        "findings.json": json_writer([finding_record(finding) for finding in outcome.findings]),
        MANIFEST: later(lambda: json_writer(_manifest(outcome, project, clock))),
    }
    return write_folder(folder, writers)


def _csv_tables(outcome: PlanOutcome) -> dict[str, Writer]:
    """Return the tables; the last column of each says whether the run used made data."""
    mark = MADE_MARK if outcome.settings.synthetic else ""
    return {
        f"{name}.csv": csv_writer(getattr(outcome.tables, name).assign(data_mark=mark))
        for name in CSV_TABLES
        if not (outcome.settings.public and name in INTERNAL_TABLES)
        if not (name in STAGED_TABLES and getattr(outcome.tables, name).empty)
    }


def _siting(outcome: PlanOutcome) -> dict[str, Any]:
    """Return how far the plan is proven; its worth in people is not for the public."""
    solution = outcome.solution
    worth = {"objective": solution.objective, "bound": solution.bound}
    return {"status": solution.status} | ({} if outcome.settings.public else worth)


def _scenario(name: str) -> dict[str, Any] | None:
    """Return the weather of the run with its factor and source, None when it was ordinary."""
    return asdict(SCENARIOS[name]) if name else None


def _manifest(outcome: PlanOutcome, project: Project, clock: StageClock) -> dict[str, Any]:
    clock.stop()
    inputs = outcome.inputs
    sources = {
        "boundaries": inputs.boundaries.source,
        "demand": inputs.demand.source,
        "facilities": inputs.facilities.source,
        "network": inputs.network.source,
    }
    walkers = project.file.walkers()
    return manifest(
        project.sources(),
        settings=project.file.model_dump(mode="json"),
        facts={
            "metric_crs": inputs.area.crs,
            "datum": datum(inputs.area.crs),
            "halo_m": inputs.area.halo_m,
            "sources": {role: asdict(source) for role, source in sources.items()},
            "profiles": {name: asdict(walkers[name]) for name in outcome.settings.profiles},
            "profile_sources": {mark: source["en"] for mark, source in SOURCES.items()},
            "scenario": _scenario(outcome.settings.scenario),
            "changes": [asdict(changes) for changes in inputs.changes],
            "siting": _siting(outcome),
        },
        stage_seconds=clock.seconds,
    )
