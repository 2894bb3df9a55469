"""Mends of a register that need no judgement: applied, nothing of them is left and nothing new."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from geoplan.checks.names.code_table import CHECKS
from geoplan.linting.lint import LintAsk, lint
from geoplan.model.rules import Acceptance
from tests.unit.checks.registers import DATE, register, report

DATA = Path(__file__).parents[3] / "data" / "boundaries"
NEW, OLD = DATA / "tianning_gazetteer.csv", DATA / "tianning_codes_old_edition.csv"

PLANTED = register(
    ("320402001201", "采菱村村委会含采菱社区居委会", "采菱", "a"),
    ("320402109002", "东青社区居委会(含东青村 村委）", "", "b"),
    ("320402001401", "雕庄街道园区(管理区）", "", "c"),
    ("３２０４０２００１００１", "水 岸社区居委会", "", "d"),
    ("320402001204", "朝阳村村委会", "", "e"),
    ("32040200120", "星岛社区社区居委会", "", "f"),
    columns="code name aliases note",
)
OURS = set(CHECKS)
MENDED = {("N20", "merged"), ("N20", "brackets"), ("N20", "blanks"), ("N15", "full_width")}


def ours(findings):
    return {one.id: (one.rule, one.case) for one in findings if one.rule in OURS}


@pytest.mark.parametrize(
    ("given", "companions", "mends"),
    [
        (PLANTED, {}, 5),
        (NEW, {}, 4),
        (OLD, {}, 4),
        (NEW, {"earlier": OLD}, 4),
        (OLD, {"earlier": NEW}, 4),
    ],
)
def test_applied_mends_leave_none_of_their_findings_and_add_none(given, companions, mends):
    before = report(given, propose=True, **companions)
    after = report(before.proposal.table, propose=True, **companions)
    told, left = ours(before.findings), ours(after.findings)
    wanted = {one for one, fault in told.items() if fault in MENDED}
    assert len(wanted) == mends
    # a register in memory is called by another name than a file
    named = {one for one, fault in told.items() if fault == ("N15", "never_join")}
    renamed = {one for one, fault in left.items() if fault == ("N15", "never_join")}
    # brackets of one width are still brackets: somebody has to know what the note is
    noted = {one for one, fault in left.items() if fault == ("N20", "bracketed")}
    assert set(told) - wanted - named == set(left) - renamed - noted
    assert len(noted) == sum(fault == ("N20", "brackets") for fault in told.values())
    assert len(named) == len(renamed)
    assert after.proposal.changes.empty
    assert set(after.proposal.table["proposal"]) == {""}
    assert set(before.proposal.changes["finding"]) == wanted


def test_every_change_is_told_with_its_old_and_new_text():
    proposal = report(PLANTED, propose=True).proposal
    told = {(one.subject, one.column): (one.old, one.new) for one in proposal.changes.itertuples()}
    assert told == {
        ("320402001201", "name"): ("采菱村村委会含采菱社区居委会", "采菱村村委会"),
        ("320402001201", "aliases"): ("采菱", "采菱;采菱社区居委会"),
        ("320402109002", "name"): ("东青社区居委会(含东青村 村委）", "东青社区居委会"),
        ("320402109002", "aliases"): ("", "东青村村委"),
        ("320402001401", "name"): ("雕庄街道园区(管理区）", "雕庄街道园区（管理区）"),
        ("320402001001", "code"): ("３２０４０２００１００１", "320402001001"),
        ("320402001001", "name"): ("水 岸社区居委会", "水岸社区居委会"),
    }
    assert list(proposal.table["name"])[4:] == ["朝阳村村委会", "星岛社区社区居委会"]


def test_a_row_carries_the_ids_of_all_its_mends_and_other_rows_none():
    before = report(PLANTED, propose=True)
    marks = before.proposal.table["proposal"].str.split(";").tolist()
    assert [len(one) if one != [""] else 0 for one in marks] == [1, 1, 1, 2, 0, 0]
    assert {one for row in marks for one in row} - {""} == set(before.proposal.changes["finding"])


def test_the_proposal_is_the_table_with_changed_cells():
    table = report(NEW, propose=True).proposal.table
    original = pd.read_csv(NEW, dtype=str, keep_default_na=False)
    assert [name for name in table if name in original] == list(original)
    rest = [name for name in original if name != "name"]
    pd.testing.assert_frame_equal(table[rest], original[rest])
    changed = table["name"] != original["name"]
    assert changed.tolist() == (table["proposal"] != "").tolist()


def test_own_headers_and_columns_that_nobody_reads_come_back():
    table = pd.DataFrame(
        {
            "备注": ["甲", "", "丙"],
            "代码": ["320402001201", "320402001202", "320402001203"],
            "门牌数": [7, 8, 9],
            "名称": [
                "采菱村村委会含采菱社区居委会",
                "中村村村委会",
                "雕庄 村村委会含雕庄社区居委会",
            ],
        }
    )
    proposed = report(table, propose=True).proposal.table
    assert list(proposed) == [*table, "aliases", "proposal"]
    assert proposed["名称"].tolist() == ["采菱村村委会", "中村村村委会", "雕庄村村委会"]
    assert proposed["备注"].tolist() == ["甲", "", "丙"]
    assert proposed["门牌数"].tolist() == ["7", "8", "9"]
    assert proposed["aliases"].tolist() == ["采菱社区居委会", "", "雕庄社区居委会"]


def test_an_accepted_finding_is_not_mended():
    accepted = Acceptance(
        reason="按原名录", date=DATE, rule="N20", subject="320402001201", where="accept"
    )
    ask = LintAsk(acceptances=[accepted])
    table = lint("names", PLANTED, ask, propose=True).proposal.table
    assert table.loc[0, "name"] == "采菱村村委会含采菱社区居委会"
    assert table.loc[2, "name"] == "雕庄街道园区（管理区）"


def test_the_register_that_was_given_is_not_touched():
    copy = PLANTED.copy(deep=True)
    report(PLANTED, propose=True)
    pd.testing.assert_frame_equal(PLANTED, copy)


def test_positions_of_a_layer_come_back_where_they_were():
    layer = gpd.GeoDataFrame(
        {"code": ["320402001001", "320402001002"], "name": ["水 岸社区", "菱溪社区"]},
        geometry=[Point(500_100, 3_515_000), Point(500_200, 3_515_000)],
        crs="EPSG:4549",
    )
    before = report(layer, propose=True)
    table = before.proposal.table
    assert set(table["crs"]) == {"EPSG:4490"}
    moved = gpd.GeoSeries.from_xy(
        table["lon"].astype(float), table["lat"].astype(float), crs="EPSG:4490"
    ).to_crs("EPSG:4549")
    assert (moved.distance(layer.geometry) < 0.01).all()
    assert ours(report(table).findings) == {}
