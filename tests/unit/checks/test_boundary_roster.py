"""B11 and B12: a layer against the register of the units that there should be."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.linting.lint import LintAsk, lint
from tests.facility_town import NAMES, UNITS, cases, said, units


def roster():
    return pd.DataFrame(units().drop(columns="geometry"))


def found(layer, register=None, *, rule="B1", book=None):
    companions = {} if register is None else {"roster": register}
    ask = LintAsk(companions=companions, book=book or rulebook())
    findings = [
        one for one in lint("boundaries", layer, ask).findings if one.rule in {"B11", "B12"}
    ]
    said(findings)
    return [one for one in findings if one.rule.startswith(rule)]


def row_of(table, code):
    return table.index[table["code"] == code][0]


def test_a_layer_that_agrees_with_its_register():
    assert found(units(), roster()) == []
    assert found(units()) == []
    assert found(UNITS, NAMES) == []


def test_codes_may_be_short_and_names_without_committee():
    register = roster()
    register["code"] = register["code"].str.replace(r"000$", "", regex=True)
    register["name"] = register["name"].str.replace("居委会", "")
    assert found(units(), register) == []


def test_a_level_that_the_register_does_not_list_is_not_extra():
    register = roster()
    assert found(units(), register[register["level"] == "community"]) == []


def test_another_name_under_the_code():
    register = roster()
    register.loc[row_of(register, "320402001001"), "name"] = "杨柳社区居委会"
    (finding,) = found(units(), register)
    assert (finding.rule, finding.case, finding.severity) == ("B11", "name", "error")
    assert finding.subject == "320402001001"
    assert finding.evidence["name"] == "柳园社区居委会"
    assert finding.evidence["roster_name"] == "杨柳社区居委会"
    assert (finding.lon is not None, finding.row) == (True, 4)
    assert shapely.area(finding.shape) > 0


def test_another_code_under_the_name_is_not_missing_and_extra_too():
    register = roster()
    register.loc[row_of(register, "320402001001"), "code"] = "320402001009"
    (finding,) = found(units(), register)
    assert (finding.rule, finding.case) == ("B11", "code")
    assert (finding.evidence["code"], finding.evidence["roster_code"]) == (
        "320402001001",
        "320402001009",
    )


def test_another_parent():
    register = roster()
    register.loc[row_of(register, "320402001001"), "parent_code"] = "320402002000"
    (finding,) = found(units(), register)
    assert (finding.rule, finding.case) == ("B11", "parent")
    assert finding.evidence["parent"] == "320402001000"
    assert finding.evidence["roster_parent"] == "320402002000"


def test_a_child_outside_its_parent_is_found_without_a_register():
    layer = units()
    layer.loc[row_of(layer, "320402001001"), "parent_code"] = "320402002000"
    (finding,) = found(layer)
    assert (finding.rule, finding.case, finding.severity) == ("B11", "place", "error")
    assert finding.evidence["parent"] == "桥头街道"
    assert finding.evidence["distance_m"] == pytest.approx(500, abs=0.2)
    assert finding.about == ("320402002000",)


@pytest.mark.parametrize(("gap_m", "count"), [(0.9, 0), (1.1, 1)])
def test_an_inner_point_may_lie_a_metre_outside_the_parent(gap_m, count):
    layer = units()
    child, parent = row_of(layer, "320402001001"), row_of(layer, "320402001000")
    edge = layer.geometry[child].centroid.x + gap_m
    box = layer.geometry[parent].bounds
    layer.loc[parent, "geometry"] = shapely.box(edge, *box[1:])
    findings = [one for one in found(layer) if one.subject == "320402001001"]
    assert len(findings) == count


def test_missing_extra_and_the_count():
    layer, register = units(), roster()
    layer = layer[layer["code"] != "320402001200"]
    register = register[register["code"] != "320402002001"]
    findings = found(layer, register)
    assert sorted(cases(findings)) == [("B12", "count"), ("B12", "extra"), ("B12", "missing")]
    by_case = {one.case: one for one in findings}
    assert by_case["missing"].subject == "320402001200"
    assert by_case["missing"].lon is None
    assert (by_case["extra"].subject, by_case["extra"].row) == ("320402002001", 5)
    assert dict(by_case["count"].evidence) == {
        "level": "community",
        "listed": 3,
        "drawn": 3,
        "missing": 1,
        "extra": 1,
        "repeated": 0,
        "file": "boundaries table",
    }


def test_a_repeated_code():
    layer = units()
    layer = pd.concat([layer, layer[layer["code"] == "320402001001"]], ignore_index=True)
    findings = found(layer, roster())
    assert sorted(cases(findings)) == [("B12", "count"), ("B12", "repeated")]
    repeated = next(one for one in findings if one.case == "repeated")
    assert (repeated.evidence["row"], repeated.evidence["first_row"]) == (8, 4)


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.Point(497_500, 3_517_500)])
def test_a_unit_without_polygon(shape):
    layer = units()
    layer.loc[row_of(layer, "320402001001"), "geometry"] = shape
    (finding,) = found(layer, roster())
    assert (finding.case, finding.subject, finding.row) == ("no_polygon", "320402001001", 4)


@pytest.mark.parametrize(("expected", "count"), [(0, 0), (4, 0), (3, 1), (122, 1)])
def test_the_expected_number_of_communities(expected, count):
    changes = {"B12": {"expected_communities": expected}}
    book = changed_rulebook(rulebook(), changes, where="rules")
    findings = found(units(), book=book)
    assert [one.case for one in findings] == ["expected"] * count


def test_ordinal_communities_are_never_taken_for_each_other():
    layer, register = units(), roster()
    row = row_of(layer, "320402001001")
    layer.loc[row, ["code", "name"]] = ["320402001005", "丽华一村社区居委会"]
    register.loc[row, ["code", "name"]] = ["320402001006", "丽华二村社区居委会"]
    assert sorted(one.case for one in found(layer, register)) == ["count", "extra", "missing"]


def test_row_order_changes_nothing():
    layer, register = units(), roster()
    layer = layer[layer["code"] != "320402001200"]
    register.loc[row_of(register, "320402001001"), "name"] = "杨柳社区居委会"
    ids = {one.id for one in found(layer, register)}
    assert ids == {one.id for one in found(layer.iloc[::-1], register.iloc[::-1])}
    assert len(ids) == 3
