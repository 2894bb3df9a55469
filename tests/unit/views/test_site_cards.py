"""What a planner reads of a siting study, sentence by sentence, on the small town."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geoplan.jobs import load_inputs, open_project
from geoplan.jobs.site import study_json
from geoplan.model.rivals import RivalPlan, RivalPlans
from geoplan.model.site_study import StudyRequest
from geoplan.model.siting import SitingSolution
from geoplan.model.why_not import SiteMargin, WayIn, WhyNot
from geoplan.pipeline import study_sites
from geoplan.solvers.table import MODELS
from geoplan.views.site_cards import site_lines
from geoplan.views.site_words import SiteWords, clean
from tests.siting_town import quiet, town


def studied(folder, **request):
    opened = open_project(folder)
    inputs = load_inputs(opened, progress=quiet)
    return study_sites(inputs, opened.file, StudyRequest(**request), progress=quiet)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = town(tmp_path_factory.mktemp("town"))
    return studied(folder, rivals=3, why_not=("room:f2",), variants=4)


def text(study, lang="zh"):
    return "\n".join(site_lines(study, lang))


def first_site(study):
    return int(study.siting.asked.rows(study.siting.solution.sites)[0])


def other_site(study):
    taken = set(study.siting.asked.rows(study.siting.solution.sites).tolist())
    return next(row for row in range(len(study.candidates)) if row not in taken)


def with_margin(study, **changed):
    margin = replace(study.margins[0], **changed)
    return replace(study, margins=(margin, *study.margins[1:]))


def with_card(study, **changed):
    plain = {
        "candidate": other_site(study),
        "forbidden_by": "",
        "forbidding": (),
        "sites": (1,),
        "value": 1.0,
        "loss": 7.0,
        "idle": False,
        "pushed_out": (first_site(study),),
        "joined": (other_site(study),),
        "proven": True,
        "ways_in": (),
    }
    return replace(study, why_not=(WhyNot(**(plain | changed)),))


def with_way(study, kind, amount, *, least=5.0, subject=-1):
    return with_card(study, ways_in=(WayIn(kind, amount, least, subject, proven=True),))


def with_solution(study, **changed):
    solution: SitingSolution = replace(study.siting.solution, **changed)
    return replace(study, siting=replace(study.siting, solution=solution))


def test_the_headline_tells_the_people_before_and_after_and_the_ceiling(study):
    head = study.headroom
    said = text(study)
    assert f"由 {head.covered:,} 人" in said
    assert f"增至 {head.planned:,} 人" in said
    assert "方案已证明最优" in said
    assert f"其余 {head.people - head.most:,} 人需上门服务" in said
    assert "示意数据" not in said
    made = replace(study, settings=replace(study.settings, synthetic=True))
    assert text(made).startswith("示意数据")


def test_every_site_has_a_card_with_its_people_by_subdistrict(study):
    said = text(study)
    for row in study.recommendations.to_dict("records"):
        assert f"第 {row['rank']} 处" in said
        assert f"（{row['site_id']}）" in said
        assert f"新增覆盖60岁及以上老人 {row['gain_60']:,} 人" in said
    own = study.people[(study.people["rank"] == 1) & (study.people["group"] == "60+")]
    for part in own[own["gain"] > 0].to_dict("records"):
        assert f"{part['subdistrict']} {part['gain']:,} 人" in said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"margin": np.inf}, "没有合乎要求的方案"),
        ({"incoming": (), "margin": 9.0}, "不设此处也有方案，相差 9 人"),
        ({"margin": 0.0, "incoming": (0,)}, "另有同样好的方案：改设"),
        ({"margin": 9.0, "incoming": (0,)}, "不设此处的最好方案：改设"),
        ({"margin": 9.0, "incoming": (0,), "proven": False}, "未证明"),
        ({"margin": 9.0, "incoming": (0,), "least_extra_weight": 9.0}, "只要增加的人数少于 9 人"),
    ],
)
def test_the_plan_without_a_site_is_told(study, changed, said):
    assert said in text(with_margin(study, **changed))


def test_another_site_that_leaves_with_it_is_named(study):
    others = study.siting.asked.rows(study.siting.solution.sites).tolist()
    told = text(with_margin(study, margin=3.0, incoming=(0,), outgoing=tuple(sorted(others))))
    assert "随之不设" in told


@pytest.mark.parametrize(
    ("margin", "said"),
    [(0.0, "并列，任选其一"), (-4.0, "不合本方案的其他要求"), (4.0, "相差 4 人")],
)
def test_without_margins_the_exchange_of_one_site_is_told(study, margin, said):
    reasons = study.siting.solution.reasons
    runner_up = str(study.candidates["site_id"].iloc[other_site(study)])
    first = replace(reasons[0], runner_up=runner_up, margin=margin)
    changed = with_solution(replace(study, margins=()), reasons=(first, *reasons[1:]))
    assert said in text(changed)
    if margin > 0:
        for unit in ("sites", "price"):
            cover = with_solution(changed, unit=unit, model="lscp")
            assert "有 4 人走不到" in text(cover)
    if margin == 0:
        assert "同样无人走不到" in text(with_solution(changed, unit="price", model="lscp"))
    card = text(changed).split("第 2 处")[0]
    none = replace(first, runner_up=None)
    without = text(with_solution(changed, reasons=(none, *reasons[1:]))).split("第 2 处")[0]
    assert said in card
    assert said not in without


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("planned", "已在方案之中"),
        ("fixed", "开办中的设施"),
        ("banned", "不得开设"),
        ("conflict", "过近"),
        ("new", "占满名额"),
        ("budget", "万元，必选点之外的预算不够"),
        ("no_plan", "其他要求无法同时满足"),
    ],
)
def test_the_rule_that_forbids_a_candidate_is_named(study, rule, said):
    told = text(with_card(study, forbidden_by=rule, forbidding=(0,)))
    assert "为何未选" in told
    assert said in told


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"idle": True}, "不增加任何人"),
        ({"loss": 0.0}, "同样是最优方案"),
        ({}, "最好的方案相差 7 人，并放弃"),
        ({"proven": False}, "已知最好的方案相差 7 人"),
        ({"pushed_out": ()}, "最好的方案相差 7 人\n"),
    ],
)
def test_what_a_candidate_would_cost_the_plan_is_told(study, changed, said):
    assert said in text(with_card(study, **changed))


def test_another_site_that_would_join_is_told(study):
    joined = (other_site(study), first_site(study))
    assert "，同时改设" in text(with_card(study, joined=joined))


@pytest.mark.parametrize(
    ("kind", "found", "lacking"),
    [
        ("weight", "再多 6 人，它就能入选", "只增加不足 5 人"),
        ("ban", "不能使用，它就会入选（方案相差 6 人）", "任何一处不能使用，也轮不到它"),
        ("new", "若共建 6 处，它就会入选", "建到 4 处，也轮不到它"),
        ("price", "若造价降低 6.00 万元", "造价降低不足 5.00 万元"),
    ],
)
def test_the_ways_in_are_told_with_their_size(study, kind, found, lacking):
    subject = first_site(study) if kind == "ban" else -1
    assert found in text(with_way(study, kind, 6.0, subject=subject))
    assert lacking in text(with_way(study, kind, np.inf))


def test_rivals_core_swing_and_ties_are_told(study):
    one, two, three = 0, 1, 2
    plans = (
        RivalPlan((one, two), 9.0, 0.0),
        RivalPlan((one, three), 9.0, 0.0),
        RivalPlan((one,), 7.0, 2.0),
    )
    told = text(replace(study, rivals=RivalPlans(plans, proven=True)))
    assert "前 3 个最好的方案，其中 2 个并列最优" in told
    assert "第 2 个：与最优并列，改设" in told
    assert "第 3 个：相差 2 人，不设" in told
    assert "各方案都有：" in told
    assert "时有时无：" in told
    same = RivalPlans((plans[0],), proven=True)
    assert "时有时无" not in text(replace(study, rivals=same))


def test_how_steady_a_site_is_stands_on_its_card(study):
    told = text(study)
    assert "4 组扰动" in told
    assert "在 300 米内设点" in told
    assert "稳定性检验：4 组扰动" in told
    alone = replace(study, stability=None, rivals=None)
    assert "扰动" not in text(alone)
    assert "最好的方案中" not in text(alone)


STAGES = "stages = [{ year = 2026, new = 1, budget = 200 }, { year = 2027, new = 1, budget = 50 }]"


def test_the_years_are_told_with_money_regret_and_the_weakest_subdistrict(tmp_path):
    study = studied(town(tmp_path, siting=STAGES, extra_new=False), why_not=("room:f2",))
    told = text(study)
    assert "分期方案：每一期" in told
    for stage in study.staged.stages:
        assert f"累计投入 {stage.spent:,.1f} 万元" in told
    assert "2026 年：开设" in told
    assert "最低的是" in told
    assert "没有镇街的覆盖率下降" in told
    assert "与不分期、一次建成的最优方案比较" in told
    assert "造价：" in told
    regret = replace(study.staged.stages[-1], regret=3.0, best=study.staged.stages[-1].value + 3)
    staged = replace(study.staged, stages=(study.staged.stages[0], regret))
    dear = replace(study, siting=replace(study.siting, staged=staged))
    assert "分期的代价：与一次建成相比相差 3 人" in text(dear)
    assert "相差 3 人" in text(dear)


@pytest.mark.parametrize("model", list(MODELS))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_model_says_what_it_looks_for_and_its_worth_in_its_unit(tmp_path, model, lang):
    wishes = f'model = "{model}"\nspacing_m = 300'
    study = studied(town(tmp_path, siting=wishes, extra_new=model != "lscp"))
    told = site_lines(study, lang)
    assert len(told) == len([line for line in told if "{" not in line])
    units = {
        "lscp": {"zh": "处", "en": "sites"},
        "p-median": {"zh": "人均", "en": "per person"},
        "p-center": {"zh": "分钟", "en": "minutes"},
        "p-dispersion": {"zh": "米", "en": " m"},
    }
    if model in units:
        worth = [line for line in told if line.startswith(("方案的目标值", "Worth of the plan"))]
        assert units[model][lang] in worth[0]


def test_weighted_people_are_explained(tmp_path):
    wishes = 'weights = { "60+" = 1.0, "80+" = 2.0 }'
    told = text(studied(town(tmp_path, siting=wishes)))
    assert "（加权人数）" in told
    assert "80岁及以上老人每人计 2" in told


def test_a_plan_that_is_not_proven_says_how_far_it_may_be_from_the_best(study):
    late = with_solution(study, status="time_limit", bound=study.siting.solution.objective * 1.01)
    assert "相差不超过 1.00%" in text(late)
    assert f"不会好于 {study.siting.solution.objective * 1.01:,.0f} 人" in text(late)
    endless = with_solution(study, status="time_limit", bound=np.inf)
    assert "也没有求得界限" in text(endless)
    assert study_json(endless)["bound"] is None


def test_homes_out_of_every_candidates_reach_are_counted(study):
    left = with_solution(study, model="p-center", unreachable=("h1", "h2"))
    assert "另有 2 处住处" in text(left)


def test_names_of_the_data_cannot_rewrite_a_terminal(study):
    candidates = study.candidates.copy()
    candidates.loc[first_site(study), "name"] = "甲\x1b[2J\n乙\u202e\u2066\u200f"
    told = text(replace(study, candidates=candidates))
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "\u2066" not in told
    assert "甲[2J 乙" in told
    assert clean("a  b\x07") == "a b"


def test_small_walks_are_said_to_be_small_and_what_stands_has_a_name(study):
    walked = with_solution(study, unit="weight cost", model="p-median")
    words = SiteWords.of(walked, "zh")
    assert words.amount(1e-3) == "人均不足 0.01 分钟"
    standing = len(study.siting.candidates.id)
    assert words.place(standing) == "现有设施（existing）"


def test_a_site_outside_every_subdistrict_has_its_people_there(study):
    people = study.people.assign(subdistrict="")
    assert "镇街以外" in text(replace(study, people=people))


def test_margins_of_a_plan_name_a_site_margin(study):
    assert isinstance(study.margins[0], SiteMargin)
    assert len(study.margins) == len(study.siting.solution.sites)


def test_the_price_of_fairness_is_told_where_regions_claim_something(study):
    assert "公平" not in text(study)
    assert "公平要求的代价：只求总人数最多的方案可多服务 12 人" in text(
        with_solution(study, price_of_fairness=12.0)
    )
    assert "公平要求没有代价" in text(with_solution(study, price_of_fairness=0.0))
