"""N10: one place, one name."""

from __future__ import annotations

import pytest

from tests.unit.checks.same_registers import at_metres, found, pairs, register

FIRST, LATER = "32040200000001", "32040200000002"


def near(first, second, metres=100.0, kind="住宅区", **columns):
    table = register((FIRST, first, kind), (LATER, second, kind), **at_metres(0, metres))
    return found("N10", table.assign(**columns))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("新城逸境", "新城逸境园"),
        ("香缇湾花园", "香堤湾花园"),
        ("锦绣花园", "锦绣花苑"),
        ("通济花园", "同济花园"),
        ("九洲新世界", "九州新世界"),
        ("龙湖郦城", "龙湖丽城"),
        ("世纪华城", "世纪花城"),
        ("红山假日花苑", "山红假日花苑"),
    ],
)
def test_two_spellings_near_one_another_are_one_warning(first, second):
    (finding,) = near(first, second)
    assert (finding.case, finding.severity) == ("spelling", "warning")
    assert (finding.subject, finding.about, finding.row) == (LATER, (FIRST,), 2)
    assert finding.evidence["distance_m"] == pytest.approx(100.0, abs=0.05)
    assert finding.lon is not None


@pytest.mark.parametrize(
    ("first", "second", "kind"),
    [
        ("丽华一村", "丽华二村", "住宅区"),
        ("青龙苑南区", "青龙苑北区", "住宅区"),
        ("红梅东村", "红梅西村", "住宅区"),
        ("红梅路", "红星路", "道路"),
        ("红梅路", "红梅街", "道路"),
        ("前北岸花园", "后北岸花园", "住宅区"),
        ("延陵东里苑", "延陵西里苑", "住宅区"),
        ("新城逸境园", "新城逸景苑东", "住宅区"),
        ("新城逸境园", "新城逸境园", "住宅区"),
        ("红梅假日花苑", "彩虹名门花苑", "住宅区"),
    ],
)
def test_neighbours_with_names_of_their_own_give_nothing(first, second, kind):
    assert near(first, second, kind=kind) == []


@pytest.mark.parametrize(("metres", "count"), [(149.9, 1), (150.1, 0)])
def test_the_distance_decides(metres, count):
    assert len(near("新城逸境", "新城逸境园", metres)) == count


def test_a_changed_distance_counts():
    table = register(
        (FIRST, "新城逸境", "住宅区"), (LATER, "新城逸境园", "住宅区"), **at_metres(0, 400)
    )
    assert found("N10", table) == []
    assert len(found("N10", table, numbers={"near_m": 401})) == 1
    assert found("N10", table, numbers={"near_m": 399}) == []


def test_places_without_position_are_passed_over():
    rows = ((FIRST, "新城逸境", "住宅区"), (LATER, "新城逸境园", "住宅区"))
    assert found("N10", register(*rows)) == []
    assert found("N10", register(*rows, lon=[119.97, ""], lat=[31.78, ""], crs="EPSG:4490")) == []


def test_the_shortest_specific_part_for_one_edit_is_three():
    assert near("红梅苑", "红菱苑") == []
    assert len(near("红梅湖苑", "红菱湖苑")) == 1


def test_kinds_are_not_mixed():
    table = register(
        (FIRST, "新城逸境", "住宅区"), (LATER, "新城逸境园", "建筑物"), **at_metres(0, 10)
    )
    assert found("N10", table) == []


def test_an_alias_in_common_joins_two_neighbours():
    (finding,) = near("紫云苑", "兆丰里", aliases=["老电厂宿舍; 三号院", "老电厂宿舍"])
    assert (finding.case, finding.severity) == ("alias_shared", "warning")
    assert finding.evidence["alias"] == "老电厂宿舍"
    assert near("紫云苑", "兆丰里", 900, aliases=["老电厂宿舍", "老电厂宿舍"]) == []
    assert near("紫云苑", "兆丰里", aliases=["老电厂宿舍", "三号院"]) == []


def test_an_alias_that_is_another_entrys_name_is_found_anywhere_in_the_area():
    rows = (("320402003205", "红梅村村委会"), ("320402004006", "北环新村社区居委会"))
    (finding,) = found("N10", register(*rows, aliases=["", "红梅村；老北环"]))
    assert (finding.case, finding.severity) == ("alias_taken", "warning")
    assert (finding.subject, finding.about) == ("320402004006", ("320402003205",))
    assert finding.evidence["alias"] == "红梅村"
    own = found("N10", register(*rows, aliases=["红梅村", "北环社区"]))
    assert own == []
    far = (rows[0], ("320404004006", "北环新村社区居委会"))
    assert found("N10", register(*far, aliases=["", "红梅村"])) == []


def test_the_order_of_rows_changes_nothing():
    table = register(
        *((f"3204020000000{at}", name, "住宅区") for at, name in enumerate(
            ["新城逸境", "新城逸境园", "锦绣花园", "锦绣花苑", "丽华一村", "丽华二村"]
        )),
        **at_metres(0, 20, 40, 60, 80, 100),
    )  # fmt: skip
    turned = table.iloc[::-1].reset_index(drop=True)
    assert pairs(found("N10", table)) == pairs(found("N10", turned))
    assert len(found("N10", table)) == 2
