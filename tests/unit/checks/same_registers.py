"""Small registers for the tests of the rules about names."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from geoplan.checks.names.table import CHECKS
from geoplan.domain.crs import reproject_xy
from geoplan.domain.rules import rulebook
from geoplan.io.gazetteer import read_gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.views.finding_words import finding_mend, finding_sentence

COLUMNS = ("code", "name", "kind")


def register(*rows, **columns):
    """Return a table of (code, name, kind) rows, kinds may be left out, with further columns."""
    table = pd.DataFrame([(*row, "")[:3] for row in rows], columns=COLUMNS)
    return table.assign(**columns)


def found(rule, table, *, numbers=None, words=None, levels=None):
    """Return the findings of one rule that are shown; each must read well in both languages."""
    chosen = rulebook().rules[rule]
    cases = {
        name: replace(case, level=(levels or {}).get(name, case.level))
        for name, case in chosen.cases.items()
    }
    chosen = replace(
        chosen,
        numbers={**chosen.numbers, **(numbers or {})},
        words={**chosen.words, **(words or {})},
        cases=cases,
    )
    findings = CHECKS[rule](NameDossier(names=read_gazetteer(table)), chosen)
    shown = [finding for finding in findings if chosen.kept(finding)]
    for finding in shown:
        for lang in ("zh", "en"):
            assert "{" not in finding_sentence(finding, lang) + finding_mend(finding, lang)
    return shown


def pairs(findings):
    """Return (case, subject, about) of findings, sorted."""
    return sorted((one.case, one.subject, *one.about) for one in findings)


def at_metres(*offsets_m):
    """Return lon, lat and crs columns of points by metres east of a point of Tianning."""
    start = reproject_xy(pd.DataFrame([[119.97, 31.78]]).to_numpy(), "EPSG:4490", "EPSG:4549")
    xy = start + pd.DataFrame([[offset, 0.0] for offset in offsets_m]).to_numpy()
    lon_lat = reproject_xy(xy, "EPSG:4549", "EPSG:4490")
    return {"lon": lon_lat[:, 0], "lat": lon_lat[:, 1], "crs": "EPSG:4490"}
