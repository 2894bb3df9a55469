"""B18: the record of changes held against two editions."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest

from geoplan.linting.lint import LintAsk, lint
from geoplan.views.finding_words import finding_mend, finding_sentence
from tests.edition_town import METRIC, cell

OLD = [
    ("1", "甲社区", cell(0, 0, width=2)),
    ("2", "乙社区", cell(2, 0)),
    ("3", "丙社区", cell(3, 0)),
    ("4", "丁社区", cell(4, 0)),
    ("5", "戊社区", cell(5, 0)),
    ("6", "己社区", cell(6, 0)),
]
NEW = [
    ("11", "甲西社区", cell(0, 0)),
    ("12", "甲东社区", cell(1, 0)),
    ("3", "丙社区", cell(2, 0, width=2)),
    ("4", "丁社区", cell(4, 0, width=1.2)),
    ("5", "戊社区", cell(5.2, 0, width=0.8)),
    ("6", "新己社区", cell(6, 0)),
]
RECORD = [
    ("2021-03-01", "常政发〔2021〕1号", "析置", "1", "11;12"),
    ("2021-03-01", "常政发〔2021〕1号", "合并", "2、3", "3"),
    ("2021-04-01", "常政发〔2021〕2号", "区域调整", "5", "4"),
    ("2021-05", "常政发〔2021〕3号", "更名", "6", "6"),
]


def table(units):
    rows = gpd.GeoDataFrame(
        {"代码": [unit[0] for unit in units], "名称": [unit[1] for unit in units]},
        geometry=[unit[2] for unit in units],
        crs=METRIC,
    )
    return rows.assign(级别="社区")


def found(record, new=NEW, old=OLD):
    lineage = pd.DataFrame(record, columns=["批准日期", "批准文号", "变更类型", "原代码", "现代码"])
    companions = {"lineage": lineage}
    if old is not None:
        companions["previous"] = table(old)
    report = lint("boundaries", table(new), LintAsk(companions=companions))
    return [one for one in report.findings if one.rule == "B18"]


def cases(findings):
    return sorted((one.case, one.subject) for one in findings)


def changed(row, **cells):
    """Return the record with one row changed."""
    names = ("date", "document", "kind", "before", "after")
    values = [cells.get(name, value) for name, value in zip(names, RECORD[row], strict=True)]
    return [*RECORD[:row], tuple(values), *RECORD[row + 1 :]]


def test_a_complete_record_gives_nothing_and_no_record_neither():
    assert found(RECORD) == []
    assert found(RECORD[::-1]) == []
    report = lint("boundaries", table(NEW), LintAsk(companions={"previous": table(OLD)}))
    assert [one for one in report.findings if one.rule == "B18"] == []


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ({"date": ""}, "missing_date"),
        ({"date": "2021年春"}, "missing_date"),
        ({"date": "2021-13-01"}, "missing_date"),
        ({"document": ""}, "missing_document"),
        ({"date": "", "document": ""}, "missing_both"),
    ],
)
def test_a_change_without_date_or_document(cells, missing):
    (finding,) = found(changed(0, **cells))
    assert (finding.case, finding.subject, finding.about) == ("undocumented", "11", ("12", "1"))
    assert finding.severity == "warning"
    assert finding.evidence == {"lineage_row": 1, "kind": "change_split", "missing": missing}
    assert (finding.row, finding.lon is not None) == (1, True)


def test_a_kind_that_is_not_known():
    assert cases(found(changed(3, kind="变动"))) == [("unknown_kind", "6"), ("unrecorded", "6")]


def test_codes_that_stand_in_no_edition():
    assert cases(found(changed(3, before="66"))) == [
        ("unknown_former_code", "66"),
        ("unrecorded", "6"),
    ]
    assert cases(found(changed(3, after="67"))) == [("unknown_code", "67"), ("unrecorded", "6")]
    assert cases(found(RECORD, old=None)) == []


def test_a_chain_of_rows_passes_through_units_of_neither_edition():
    chain = [
        ("2020-01-01", "文1", "合并", "2、3", "9"),
        ("2020-06-01", "文2", "代码变更", "9", "3"),
    ]
    assert found([RECORD[0], *RECORD[2:], *chain]) == []


@pytest.mark.parametrize("row", range(4))
def test_a_change_that_nobody_recorded(row):
    (finding,) = found([*RECORD[:row], *RECORD[row + 1 :]])
    subject = ("11", "3", "4", "6")[row]
    assert (finding.case, finding.subject, finding.severity) == ("unrecorded", subject, "warning")
    assert finding.shape is not None
    assert finding.row == (1, 3, 4, 6)[row]


def test_a_row_that_the_ground_contradicts():
    wrong = found(changed(0, after="11"))
    assert cases(wrong) == [("area", "11"), ("contradicted", "11"), ("unrecorded", "11")]
    later = [*RECORD, ("2021-06-01", "文", "区域调整", "6", "5")]
    assert cases(found(later)) == [("contradicted", "5")]
    earlier = [*RECORD, ("2019-06-01", "文", "区域调整", "6", "5")]
    assert found(earlier) == []
    backwards = found(changed(2, before="4", after="5"))
    assert cases(backwards) == [("contradicted", "5"), ("unrecorded", "4")]


@pytest.mark.parametrize(("share", "told"), [(0.009, False), (0.0099, False), (0.0101, True)])
def test_successors_cover_their_predecessors_to_a_hundredth(share, told):
    width = 1 - 2 * share
    new = [NEW[0], ("12", "甲东社区", cell(1, 0, width=width)), *NEW[2:]]
    findings = [one for one in found(RECORD, new=new) if one.case == "area"]
    assert bool(findings) == told
    for one in findings:
        assert one.subject == "11"
        assert one.evidence["lost_m2"] == pytest.approx(share * 20_000, rel=1e-3)
        assert one.evidence["share"] == pytest.approx(share, rel=1e-3)


def test_redrawn_lines_need_no_record_and_an_area_that_moved_in_part_is_not_judged_twice():
    new = [*NEW[:5], ("6", "新己社区", cell(6, 0, width=1.02))]
    assert found(RECORD, new=new) != []
    narrow = [*NEW[:5], ("6", "新己社区", cell(6, 0, width=1.009))]
    assert found(RECORD, new=narrow) == []


def test_every_case_speaks_both_languages():
    findings = [
        *found(changed(0, date="", after="11")),
        *found(changed(3, kind="变动", before="66", after="67")),
    ]
    assert {one.case for one in findings} == {
        "area",
        "contradicted",
        "undocumented",
        "unknown_code",
        "unknown_former_code",
        "unknown_kind",
        "unrecorded",
    }
    for one in findings:
        for lang in ("zh", "en"):
            text = finding_sentence(one, lang) + finding_mend(one, lang)
            assert "change_" not in text
            assert "missing_" not in text
    ids = [one.id for one in findings]
    assert len(ids) == len(set(ids))
