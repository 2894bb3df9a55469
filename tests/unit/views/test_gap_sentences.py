"""A gap is told as a planner would tell it: where, who, why, what to do."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from geoplan.domain.gap_classes import GAP_CLASSES, REASONS
from geoplan.views.gap_sentences import gap_action, gap_place, gap_sentence, links_by_id
from tests.unit.views.made_outcome import made_outcome

SETTINGS = made_outcome().settings
NAMES = {"F1": "红梅站"}
LINKS = links_by_id(
    pd.DataFrame(
        {
            "id": ["L001", "L002", "L003", "L004"],
            "kind": ["gate", "open_gate", "bridge", "crossing"],
            "barrier": ["wall", "wall", "water", "rail"],
            "barrier_name": ["", "", "京杭运河", ""],
            "length_m": [12.2, 0.0, 61.6, 30.0],
            "people_60": [7, 1040, 280, 9],
        }
    )
)


def gap(letter, **given):
    """Return a row of the table of gaps with the leading reason of its class."""
    one = GAP_CLASSES[letter]
    reasons = given.pop("reasons", one.causes[0])
    return {
        "id": "G001",
        "class": letter,
        "subdistrict": "茶山街道",
        "community": "",
        "place": "富强新村",
        "people_all": 1500,
        "people_60": 312,
        "people_80": 41,
        "nearest_facility": "",
        "minutes": float("nan"),
        "why": reasons.split(";")[0],
        "action": one.action,
        "reasons": reasons,
        "link": "",
        "near_miss_people": 0,
        "missing_services": "",
    } | given


def told(row, lang="zh"):
    return gap_sentence(row, lang, settings=SETTINGS, names=NAMES, links=LINKS)


SPOKEN = {
    "A": (
        gap(
            "A",
            reasons="beyond_limit;straight_beyond;near_miss",
            nearest_facility="F1",
            minutes=16.44,
            near_miss_people=1200,
        ),
        (
            "茶山街道富强新村一带有 312 名60岁及以上老人步行 15 分钟内到不了养老服务设施："
            "有路可走，但步行时间超过时限，有住处连直线距离也超出可达范围；"
            "建议就近新设站点，优先利用现有用房。这里有 1,200 名居民只差一分钟以内。"
            "最近的是“红梅站”，平均步行 16.4 分钟。"
        ),
    ),
    "B": (
        gap(
            "B",
            reasons="steps;missing_meals;near_miss",
            nearest_facility="F1",
            minutes=15.9,
            near_miss_people=33,
        ),
        (
            "茶山街道富强新村一带有 41 名80岁及以上老人按自己的步速 15 分钟内到不了养老服务设施，"
            "60-79岁老人走得到：路上有没有坡道的台阶或天桥；"
            "建议开展上门服务、家庭养老床位，或设小型服务点。"
            "这里有 33 名80岁及以上老人只差一分钟以内。最近的是“红梅站”，平均步行 15.9 分钟。"
        ),
    ),
    "C": (
        gap("C", reasons="barrier;beyond_limit", link="L003"),
        (
            "茶山街道富强新村一带有 312 名60岁及以上老人步行 15 分钟内到不了养老服务设施："
            "被京杭运河隔开，直线距离在可达范围内；"
            "建议打通 L003（京杭运河桥，62 米），可使60岁及以上老人 280 人进入时限。"
        ),
    ),
    "D": (
        gap("D", reasons="missing_meals;missing_bathing", missing_services="meals;bathing"),
        (
            "茶山街道富强新村一带有 312 名60岁及以上老人步行 15 分钟内到得了养老服务设施，"
            "但缺就餐、洗浴服务；建议在附近站点增设就餐、洗浴服务。"
        ),
    ),
    "E": (
        gap("E", nearest_facility="F1", minutes=8.0),
        (
            "茶山街道富强新村一带有 312 名60岁及以上老人步行 15 分钟内到得了养老服务设施，"
            "但容量不足，按容量分配后仍有人没有位置；建议扩大“红梅站”的容量。"
            "最近的是“红梅站”，平均步行 8.0 分钟。"
        ),
    ),
    "F": (
        gap("F", nearest_facility="F9", minutes=8.0),
        (
            "茶山街道富强新村一带有 312 名60岁及以上老人步行 15 分钟内到得了养老服务设施，"
            "但时限内的设施有待提升改造；建议提升改造“F9”。最近的是“F9”，平均步行 8.0 分钟。"
        ),
    ),
    "G": (
        gap("G", nearest_facility="F1", minutes=8.0),
        (
            "茶山街道富强新村一带有 312 名60岁及以上老人步行 15 分钟内到得了养老服务设施，"
            "但时限内的设施在其他镇街；建议与“红梅站”所在地签订共享协议。"
            "最近的是“红梅站”，平均步行 8.0 分钟。"
        ),
    ),
    "H": (
        gap("H", reasons="community_mismatch;no_street;beyond_limit"),
        (
            "茶山街道富强新村一带有 312 名60岁及以上老人步行 15 分钟内到不了养老服务设施，"
            "但资料存疑：登记的社区与所在位置不一致，住处附近没有可接入的街道；"
            "建议先核对资料，再考虑建设。"
        ),
    ),
}


@pytest.mark.parametrize("letter", sorted(GAP_CLASSES))
def test_every_class_is_told_in_chinese(letter):
    row, sentence = SPOKEN[letter]
    assert told(row) == sentence


@pytest.mark.parametrize("letter", sorted(GAP_CLASSES))
def test_every_class_is_told_in_english_with_the_same_numbers(letter):
    row, _ = SPOKEN[letter]
    sentence = told(row, "en")
    people = "41" if letter == "B" else "312"
    assert sentence.startswith(f"茶山街道, 富强新村: {people} people (Residents aged ")
    assert "within 15 minutes" in sentence
    assert "Suggested: " in sentence
    assert not set(sentence) & set("{}；：。，")


@pytest.mark.parametrize(
    ("lang", "start"),
    [
        ("zh", "茶山街道富强新村一带有 23 名独居老人步行 15 分钟内到不了"),
        ("en", "茶山街道, 富强新村: 23 people (Older people living alone) cannot reach"),
    ],
)
def test_a_need_group_is_told_by_its_name(lang, start):
    settings = replace(SETTINGS, group="alone")
    row = SPOKEN["A"][0] | {"people_alone": 23}
    assert gap_sentence(row, lang, settings=settings, names=NAMES, links=LINKS).startswith(start)


def test_an_english_barrier_is_told_with_its_bridge():
    assert told(SPOKEN["C"][0], "en").endswith(
        "on foot: 京杭运河 lies between, the straight line is within reach. Suggested: open L003 "
        "(bridge over 京杭运河, 62 m), which brings 280 people within the limit "
        "(Residents aged 60 and over)."
    )


@pytest.mark.parametrize(
    ("link", "action"),
    [
        ("L001", "打通 L001（围墙开门，12 米），可使60岁及以上老人 7 人进入时限"),
        ("L002", "打通 L002（开放封闭出入口），可使60岁及以上老人 1,040 人进入时限"),
        ("L004", "打通 L004（铁路过道，30 米），可使60岁及以上老人 9 人进入时限"),
        ("L099", "打通 L099"),
    ],
)
def test_every_kind_of_link_is_told_and_an_unknown_one_by_its_id(link, action):
    row = gap("C", link=link)
    assert gap_action(row, "zh", settings=SETTINGS, names=NAMES, links=LINKS) == action
    assert link in gap_action(row, "en", settings=SETTINGS, names=NAMES, links=LINKS)


def test_a_locked_gate_is_what_lies_between():
    assert "：被封闭出入口隔开，" in told(gap("C", link="L002"))
    assert "：被围墙、铁路或水面隔开，" in told(gap("C", link="L099"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_cause_can_be_told_and_differs_from_the_others(lang):
    causes = [(one.letter, cause) for one in GAP_CLASSES.values() for cause in one.causes]
    rows = {
        cause: gap(letter, reasons=cause, missing_services=cause.removeprefix("missing_"))
        for letter, cause in causes
    }
    assert set(rows) < set(REASONS)
    assert len({told(row, lang) for row in rows.values()}) == len(rows)


def test_homes_outside_all_units_are_not_said_to_be_in_the_area():
    nowhere = {"subdistrict": "", "community": "", "place": ""}
    assert gap_place(gap("H", reasons="outside_units", **nowhere), "zh") == "各行政单元之外"
    assert gap_place(gap("A", **nowhere), "en") == "In the study area"
