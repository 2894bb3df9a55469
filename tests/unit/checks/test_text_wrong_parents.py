import random
from pathlib import Path

import pytest

from geoplan.domain.divisions import divisions, full_name, specific_part
from geoplan.domain.rules import changed_rulebook, rulebook
from geoplan.views.finding_words import finding_mend, finding_sentence
from tests.unit.checks.texts import EARLIER, REGISTER, found, keys

PAGE = (Path(__file__).parent / "true_sentences.txt").read_text(encoding="utf-8").splitlines()


def test_the_seed_sentence_names_the_near_place_and_the_real_one():
    (one,) = found("前言。", "我调查了陕西省揭阳县的情况。")
    assert (one.rule, one.case, one.severity, one.subject) == (
        *("N12", "near", "error"),
        "陕西省揭阳县",
    )
    assert (one.row, one.evidence["column"]) == (2, 5)
    assert one.evidence["nearest"].split("、")[0] == "陕西省安康市旬阳市"
    assert one.evidence["elsewhere"] == "广东省揭阳市"
    assert "我调查了陕西省揭阳县的情况" in one.evidence["context"]
    for lang in ("zh", "en"):
        assert "旬阳市" in finding_sentence(one, lang) + finding_mend(one, lang)


@pytest.mark.parametrize(
    ("line", "case", "subject"),
    [
        ("江苏省余杭区", "far", "江苏省余杭区"),
        ("位于江苏省 余杭区。", "far", "江苏省 余杭区"),
        ("常州市鼓楼区", "near", "常州市鼓楼区"),
        ("常州鼓楼区", "near", "常州鼓楼区"),
        ("江苏省常州市鼓楼区", "near", "江苏省常州市鼓楼区"),
        ("江苏省苏州市天宁区", "far", "江苏省苏州市天宁区"),
        ("江苏省杭州市", "near", "江苏省杭州市"),
        ("陕西揭阳县", "near", "陕西揭阳县"),
        ("上海市余杭区", "far", "上海市余杭区"),
        ("湖南省东城区", "near", "湖南省东城区"),
        ("陕西省揭扬县", "nowhere", "陕西省揭扬县"),
        ("陕西省询阳县", "nowhere_near", "陕西省询阳县"),
        ("常州市天宇区", "nowhere_near", "常州市天宇区"),
    ],
)
def test_an_impossible_chain_is_an_error(line, case, subject):
    findings = [one for one in found(line) if one.rule == "N12"]
    assert keys(findings) == [("N12", case, subject)]
    assert findings[0].severity == "error"


@pytest.mark.parametrize("line", PAGE)
def test_a_true_sentence_is_silent(line):
    assert keys(found(line, names=REGISTER, earlier=EARLIER)) == []


def test_the_page_of_true_sentences_is_long_enough_to_say_something():
    assert len([line for line in PAGE if line]) >= 60


@pytest.mark.parametrize(
    "line",
    [
        "浙江省设区市全部开通",
        "扬州市东城区",
        "东莞市南城区",
        "台湾省台北市",
        "香港九龙城区",
        "江苏省东阳市场",
        "常州市沿江城市带",
        "苏州无锡市",
        "上海市苏州市无锡市",
        "陕西省旬阳县",
        "四川省涪陵市",
        "浙江省杭州市余杭市",
        "常州市武进县",
    ],
)
def test_what_the_table_cannot_judge_or_what_once_was_is_no_error(line):
    assert [one for one in found(line) if one.rule == "N12"] == []


def test_every_current_chain_is_accepted():
    chains = [full_name(row) for row in divisions().rows if row.until is None and row.parent]
    assert len(chains) > 3000
    assert keys(found(*chains)) == []


def test_every_chain_of_any_time_is_no_wrong_parent():
    chains = [full_name(row) for row in divisions().rows if row.parent]
    wrong = [one.subject for one in found(*chains) if one.rule == "N12"]
    assert wrong == []


def test_a_county_below_a_random_other_province_is_caught():
    chance = random.Random(4)  # noqa: S311  a sample, no secret
    table = divisions()
    provinces = [row for row in table.rows if row.level == "province" and row.code in table.parents]
    plain = set(rulebook().rules["N12"].words["plain_words"])
    counties = [
        row
        for row in table.rows
        if row.level == "county" and row.until is None and row.name not in plain
    ]
    lines = []
    for county in chance.sample(counties, 400):
        ever = {row.code[:2] for row in table.by_surface[county.name]}
        others = [row for row in provinces if row.code[:2] not in ever]
        lines.append(chance.choice(others).name + county.name)
    wrong = {one.row for one in found(*lines) if one.rule == "N12"}
    assert [lines[row - 1] for row in range(1, 401) if row not in wrong] == []


def test_the_same_mistake_on_two_lines_is_two_findings_with_their_lines():
    findings = found("陕西省揭阳县", "无", "陕西省揭阳县")
    assert [one.row for one in findings] == [1, 3]
    assert len({one.id for one in findings}) == 2


def test_the_order_of_lines_changes_nothing_but_the_rows():
    lines = ["江苏省余杭区", "常州市鼓楼区", "陕西省揭阳县", "常州市天宁区"]
    forward, backward = found(*lines), found(*lines[::-1])
    assert {one.id for one in forward} == {one.id for one in backward}
    assert {5 - one.row for one in backward} == {one.row for one in forward}


def test_a_subdistrict_below_the_wrong_district_contradicts_the_register():
    (one,) = found("常州市武进区郑陆镇敬老院", names=REGISTER)
    assert (one.case, one.severity, one.subject) == ("local", "error", "武进区郑陆镇")
    assert one.evidence["registered"] == "天宁区"
    assert found("天宁区郑陆镇敬老院", names=REGISTER) == ()


def test_a_community_below_the_wrong_subdistrict_contradicts_the_register():
    (one,) = found("青龙街道丽华一村社区居委会", names=REGISTER)
    assert (one.case, one.evidence["registered"]) == ("local", "茶山街道")
    assert found("茶山街道丽华一村社区居委会", names=REGISTER) == ()


def test_a_subdistrict_of_the_same_name_in_another_city_is_none_of_the_registers():
    line = "成都市成华区青龙街道青竹苑社区，杭州市上城区青龙街道丽华一村社区"
    assert found(line, names=REGISTER) == ()


def test_an_unknown_subdistrict_is_told_only_when_asked_for():
    line = "天宁区横山桥镇"
    assert found(line, names=REGISTER) == ()
    book = changed_rulebook(
        rulebook(), {"N12": {"levels": {"unknown_below": "note"}}}, where="rules.toml"
    )
    (one,) = found(line, names=REGISTER, book=book)
    assert (one.case, one.severity, one.evidence["name"]) == ("unknown_below", "note", "横山桥镇")


def test_likeness_at_the_threshold_is_near_and_just_above_is_not():
    cases = {}
    for least in (0.5, 0.99):
        book = changed_rulebook(rulebook(), {"N12": {"least_likeness": least}}, where="x")
        cases[least] = found("常州市鼓楼区", book=book)[0].case
    assert cases == {0.5: "near", 0.99: "far"}
    assert specific_part("旬阳县") == "旬阳"
