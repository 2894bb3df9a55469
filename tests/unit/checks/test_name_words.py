"""Grand, foreign, personal and company names: what counts, and which old names do not."""

from __future__ import annotations

import pytest

from tests.unit.checks.naming import cases, found

CLEAN = (
    "丽华一村社区居委会",
    "丽华二村社区居委会",
    "工人新村第一社区居委会",
    "工人新村第二社区居委会",
    "朝阳新村第一社区居委会",
    "三皇庙村村委会",
    "黄天荡村村委会",
    "五角场社区居委会",
    "凯旋城社区居委会",
    "天鹅湖社区居委会",
    "郑陆镇",
    "青果巷",
)


@pytest.mark.parametrize("rule", ["N03", "N04", "N05", "N06", "N09"])
def test_ordinary_names_and_ordinal_estates_give_nothing(rule):
    assert found(rule, *CLEAN) == []


@pytest.mark.parametrize(
    "word",
    "宇宙 中央 天下 世界 环球 欧洲 澳洲 美洲 中国 中华 全国 万国 特区 首府".split(),  # noqa: SIM905
)
def test_each_grand_word_of_the_notice_is_found_in_an_estate(word):
    (finding,) = found("N03", "丽华花园", f"{word}花园", lon=["", "119.97"], lat=["", "31.78"],
                       crs=["CGCS2000"] * 2)  # fmt: skip
    assert (finding.case, finding.severity, finding.row) == ("grand", "warning", 2)
    assert finding.evidence == {"name": f"{word}花园", "word": word}
    assert (finding.lon, finding.lat) == (119.97, 31.78)
    assert "non-standard-2018" in finding.law


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("中央花园", [("grand", "warning")]),
        ("中央大道", [("grand", "warning")]),
        ("中央花园社区居委会", [("unit", "note")]),
        ("天下村村委会", [("unit", "note")]),
        ("中华街道", []),  # a division's name is approved
        ("田中央村", []),  # in the middle of the fields
        ("中央门社区居委会", []),
        ("丽华国际", [("soft", "note")]),
        ("国际机场", []),
        ("御景苑", [("soft", "note")]),
        ("恒泰帝景花园", [("soft", "note")]),
        ("皇冠花园社区居委会", [("soft", "note")]),
        ("皇塘社区居委会", []),  # carries no estate's name
        ("御桥花园", []),
        ("皇甫小区", []),
        ("赞皇花园", []),  # 皇 neither begins the name nor begins a grand word
        ("皇后路", []),  # court words count for estates alone
        ("第一城", [("soft", "note")]),
        ("第一社区", []),
        ("第一大街", []),
        ("中央帝景花园", [("grand", "warning")]),  # the graver of two
    ],
)
def test_grand_words_by_kind_of_place(name, expected):
    assert cases("N03", name) == expected


def test_an_approval_silences_a_grand_word_and_an_empty_cell_does_not():
    assert cases("N03", "中央花园", approval="常地名〔2019〕3号") == []
    assert cases("N03", "中央花园", approval="") == [("grand", "warning")]


def test_the_kind_of_the_register_outranks_the_end_of_the_name():
    assert cases("N03", "中央镇") == []
    assert cases("N03", "中央镇", kind="住宅小区") == [("grand", "warning")]


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("MOMO公园", "MOMO", ("latin", "error")),
        ("阳光ＳＯＨＯ", "ＳＯＨＯ", ("latin", "error")),
        ("天宁A镇", "A", ("latin", "error")),
        ("威尼斯花园", "威尼斯", ("foreign", "warning")),
        ("绿地香榭丽舍公寓", "香榭丽舍", ("foreign", "warning")),
        ("万科曼哈顿", "曼哈顿", ("foreign", "warning")),
        ("罗马花园", "罗马", ("foreign", "warning")),
        ("小巴黎花园", "巴黎", ("foreign", "warning")),
        ("加州路", "加州", ("foreign", "warning")),
        ("加州阳光社区居委会", "加州", ("unit", "note")),
        ("帕提欧花园", "帕提欧", ("transliteration", "note")),
        ("香缇湾花园社区居委会", "香缇", ("transliteration", "note")),
        ("卡斯蒂利亚花园", "卡斯蒂利亚", ("transliteration", "note")),
    ],
)
def test_foreign_names_and_letters_are_found(name, word, expected):
    (finding,) = found("N04", name)
    assert (finding.case, finding.severity) == expected
    assert finding.evidence["word"] == word
    assert finding.row == 1


@pytest.mark.parametrize(
    "name",
    [
        "米兰镇",
        "罗马村村委会",
        "白求恩路",
        "列宁公园",
        "柏林花园",  # a wood of cypresses
        "东京城社区居委会",  # an old capital in Heilongjiang
        "乌图布拉格花园",  # a spring in Mongolian
        "博罗马头花园",  # two characters in the middle meet by chance
        "桥米兰花园",
        "阿克苏路",
    ],
)
def test_names_that_only_look_foreign_give_nothing(name):
    assert found("N04", name) == []


def test_a_red_name_may_be_foreign_but_not_in_letters():
    assert cases("N04", "华盛顿公园", red="是") == []
    assert cases("N04", "ABC公园", red="是") == [("latin", "error")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("阿斯尔花园", []), ("阿斯尔塔花园", [("transliteration", "note")])],
)
def test_a_run_of_sounds_counts_from_the_threshold_on(name, expected):
    assert cases("N04", name) == expected


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("毛泽东路", "毛泽东", ("leader", "warning")),
        ("邓小平村村委会", "邓小平", ("leader", "warning")),
        ("陈毅路", "陈毅", ("leader", "warning")),
        ("鲁迅路", "鲁迅", ("person", "warning")),
        ("徐悲鸿花园", "徐悲鸿", ("person", "warning")),
        ("爱因斯坦路", "爱因斯坦", ("foreign_person", "warning")),
        ("贝多芬花园社区居委会", "贝多芬", ("foreign_person", "warning")),
        ("常州万达广场", "万达", ("company", "warning")),
        ("兰陵万达广场", "万达", ("company", "warning")),  # 陵 is no tomb
        ("苏宁路", "苏宁", ("company", "warning")),
        ("华润国际社区居委会", "华润", ("company_unit", "note")),
        ("龙湖郦城社区居委会", "龙湖", ("company_word", "note")),
        ("龙湖花园", "龙湖", ("company_word", "note")),
    ],
)
def test_names_of_persons_and_companies_are_found(name, word, expected):
    (finding,) = found("N09", name)
    assert (finding.case, finding.severity) == expected
    assert finding.evidence == {"name": name, "word": word}


@pytest.mark.parametrize(
    "name",
    [
        "恽代英纪念馆",
        "张太雷路",
        "瞿秋白故居",
        "鲁迅故居",
        "左权县",
        "朱德庄村村委会",  # the farm of one Zhu De, or of the Zhus
        "贺龙镇",
        "万达镇",
        "保利村村委会",
        "龙湖社区居委会",  # a lake, and no estate
        "龙湖路",
        "白求恩路",
        "央塔克协海尔路",
        "南京东路",  # 京东 across the border of two words
        "中山路",
    ],
)
def test_memorials_martyrs_and_chance_meetings_give_nothing(name):
    assert found("N09", name) == []


def test_red_place_names_are_exempt():
    assert cases("N09", "陈毅路", red="是") == []
    assert cases("N09", "陈毅路", red="否") == [("leader", "warning")]


NAMES = ("中央花园", "威尼斯花园", "陈毅路", "88小区", "莊村", "万达广场", "丽华一村")


def test_the_order_of_rows_changes_neither_findings_nor_ids():
    for rule in ("N03", "N04", "N05", "N06", "N09"):
        forth = {(one.id, one.subject) for one in found(rule, *NAMES)}
        back = {(one.id, one.subject) for one in found(rule, *reversed(NAMES))}
        assert forth == back
        assert forth


def test_codes_are_the_subject_and_leave_the_evidence_as_it_is():
    (by_name,) = found("N03", "中央花园")
    (by_code,) = found("N03", "中央花园", code=["320402003901"])
    assert (by_name.subject, by_code.subject) == ("中央花园", "320402003901")
    assert by_name.evidence == by_code.evidence
