"""Names that would be markup, formulas, paths, places of a template or orders to a terminal."""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from functools import cache

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geoplan.domain.rules import rulebook
from geoplan.io.proposals import write_proposal
from geoplan.linting.diff import diff, rendered
from geoplan.linting.formats import FORMATS
from geoplan.linting.lint import LintAsk, lint

HOSTILE = [
    "<script>alert(1)</script>社区",
    "=cmd|'/C calc'!A0",
    "+1+1新村",
    "-2+3新村",
    "@SUM(A1)",
    "../../etc/passwd",
    "{subject}{0}{name.__class__}村",
    "{",
    "%s%n%d",
    "</td><b>甲村",
    "水\x07岸\x1b[31m社区",
    "水岸\u202e社区\u2066",
    "水\n岸社区",
    "长" * 40_000,
]
REGISTER = pd.DataFrame(
    {
        "代码": [f"32040200{number:04d}" for number in range(len(HOSTILE))],
        "名称": HOSTILE,
        "拼音": HOSTILE,
        "别名": HOSTILE,
        "状态": ["拟注销"] * len(HOSTILE),
        "备注": HOSTILE,
    }
)
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@cache
def report():
    return lint("names", REGISTER, LintAsk(), propose=True)


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_form_is_written_and_none_can_be_steered(form, lang):
    content = FORMATS[form]([report()], rulebook(), lang)
    if form == "xlsx":
        parts = zipfile.ZipFile(io.BytesIO(content))
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        texts = re.findall(
            r"<t[^>]*>(.*?)</t>", parts.read("xl/sharedStrings.xml").decode(), re.DOTALL
        )
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert max(len(html.unescape(text)) for text in texts) == 32_767
        assert max(float(height) for height in re.findall(r' ht="([\d.]+)"', sheet)) <= 409
        return
    text = content.decode()
    assert "{subject}{0}{name.__class__}村" in text
    if form == "text":
        assert not STEERING.search(text)
        assert "〔U+001B〕[31m" in text
        assert "水〔U+000A〕岸社区" in text
    else:
        json.loads(text)


def test_boundaries_and_comparisons_stand_them_too():
    shapes = [shapely.box(0, 0, 60, 100), shapely.box(50, 0, 100, 100)]
    layer = gpd.GeoDataFrame({"code": HOSTILE[5:7], "name": HOSTILE[:2]}, geometry=shapes)
    layer = layer.set_geometry(layer.translate(500_000, 3_516_000)).set_crs("EPSG:4549")
    (found,) = [one for one in lint("boundaries", layer, LintAsk()).findings if one.rule == "B02"]
    assert {found.subject, *found.about} == set(HOSTILE[5:7])
    changes = diff(REGISTER, REGISTER.assign(名称=REGISTER["名称"] + "新"))
    for form in ("text", "json", "geojson", "csv"):
        told = rendered(changes, form, "zh").decode()
        assert "{subject}{0}{name.__class__}村新" in told
        assert form != "text" or not STEERING.search(told)
        assert form != "csv" or not re.search(r"(^|,)[=+\-@]", told, re.MULTILINE)


def test_a_proposal_is_no_formula(tmp_path):
    proposal = report().proposal
    write_proposal(proposal, tmp_path / "p.csv")
    lines = (tmp_path / "p.csv").read_text(encoding="utf-8-sig")
    assert not re.search(r"(^|,)[=+\-@]", lines, re.MULTILINE)
    again = lint("names", tmp_path / "p.csv", LintAsk()).findings
    mended = set(proposal.changes["finding"])
    assert mended
    assert {one.id for one in again} <= {one.id for one in report().findings} - mended
    write_proposal(proposal, tmp_path / "p.xlsx")
    parts = zipfile.ZipFile(tmp_path / "p.xlsx")
    assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()
