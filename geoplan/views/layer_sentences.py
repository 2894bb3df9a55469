"""A plan of levels or services as a planner reads it: the headline, then a line an opening."""

from __future__ import annotations

import pandas as pd

from geoplan.model.layered_siting import LayeredSiting
from geoplan.model.results import PlanSettings
from geoplan.units import minutes
from geoplan.views.sentences import site_name
from geoplan.views.sheet import records
from geoplan.views.site_words import clean
from geoplan.views.wording import Wording, wording


def layer_lines(
    siting: LayeredSiting, table: pd.DataFrame, lang: str, *, settings: PlanSettings
) -> tuple[str, ...]:
    """Return the lines of a plan of levels or services (columns ``LAYERED``)."""
    words, solution = wording(lang), siting.solution
    return (
        *([words.text("summary.synthetic")] if settings.synthetic else []),
        words.text("study.title", title=clean(settings.title)),
        words.text(f"layers.{solution.model.replace('-', '_')}", openings=len(table)),
        *(
            words.text(
                "layers.covered",
                layer=_layer(words, name),
                minutes=minutes(float(siting.limit_s[place])),
                group=words.group(settings.group),
                before=int(siting.covered[place]),
                after=int(siting.covered[place] + siting.gains[:, place].sum()),
                people=siting.people,
            )
            for place, name in enumerate(solution.layers)
        ),
        words.text(
            "layers.proven" if solution.status == "optimal" else "layers.unproven",
            gap=solution.gap,
        ),
        *(
            f"  {_opening(words, row, settings, _gains(words, siting, place))}"
            for place, row in enumerate(records(table))
        ),
    )


def _gains(words: Wording, siting: LayeredSiting, opening: int) -> str:
    """Return whom the opening brings within each layer's limit, the highest layer first."""
    own = siting.solution.openings[opening][1]
    told = [
        words.text("layers.part", layer=_layer(words, name), people=int(gain))
        for name, gain in zip(siting.solution.layers, siting.gains[opening], strict=True)
        if gain > 0 or name == own
    ]
    return words.text("study.and").join(reversed(told))


def _opening(words: Wording, row: dict[str, object], settings: PlanSettings, gains: str) -> str:
    return words.text(
        f"layers.{row['kind']}",
        rank=row["rank"],
        subdistrict=clean(row["subdistrict"]),
        name=clean(site_name(row, words.lang)),
        code=clean(row["site_id"]),
        layer=_layer(words, str(row["layer"])),
        group=words.group(settings.group),
        gains=gains,
    )


def _layer(words: Wording, name: str) -> str:
    """Return the printed name of a level or a service."""
    return clean(words.service(name))
