"""The plan of a siting study in sentences: headline, years, rivals, and how steady it is."""

from __future__ import annotations

import math

import pandas as pd

from geoplan.model.rivals import RivalPlan
from geoplan.model.staging import PlanStage
from geoplan.stages.stage_tables import stage_shares, stages_table
from geoplan.views.site_words import SiteWords, clean


def headline_lines(words: SiteWords) -> list[str]:
    """Return what was asked, what the plan reaches, how far it is proven, and the ceiling."""
    study, solution = words.study, words.study.siting.solution
    head, settings = study.headroom, study.settings
    people = max(head.people, 1)
    model = f"model_{solution.model.replace('-', '_')}"
    named = {
        "sites": len(solution.sites),
        "group": words.group,
        "service": words.words.service(settings.service),
        "minutes": max(settings.minutes),
    }
    return [
        *([words.words.text("summary.synthetic")] if settings.synthetic else []),
        words.text("title", title=clean(settings.title)),
        words.text(model, **named),
        words.text(
            "reached",
            before=head.covered,
            before_share=head.covered / people,
            after=head.planned,
            after_share=head.planned / people,
            people=head.people,
            **named,
        ),
        *_objective(words),
        _proof(words),
        *_fairness(words),
        words.text(
            "ceiling",
            candidates=study.siting.candidates.id.size,
            covered=head.most,
            share=head.most / people,
            rest=head.people - head.most,
        ),
        *_left_out(words),
    ]


def _objective(words: SiteWords) -> list[str]:
    """Return the objective where it is not the people that the line before tells."""
    solution = words.study.siting.solution
    if solution.unit == "weight" and words.plain_weights and solution.model != "backup":
        return []
    key = "objective_twice" if solution.model == "backup" else "objective"
    lines = [words.text(key, value=words.amount(solution.objective))]
    if solution.unit in ("weight", "weight cost") and not words.plain_weights:
        parts = words.text("and").join(
            words.text("weight", group=words.words.group(group), weight=weight)
            for group, weight in words.study.weights.items()
        )
        lines.append(words.text("weights", parts=parts))
    return lines


def _proof(words: SiteWords) -> str:
    """Return how far the plan is proven; what is not proven tells what no plan can pass."""
    solution = words.study.siting.solution
    if solution.status != "time_limit":
        return words.text(f"status_{solution.status}")
    if not math.isfinite(solution.bound):
        return words.text("status_unbounded")
    bound = words.amount(solution.bound)
    return words.text("status_time_limit", bound=bound, gap=solution.gap)


def _fairness(words: SiteWords) -> list[str]:
    """Return what the claims of the subdistricts cost, where there are any and it is known."""
    price = words.study.siting.solution.price_of_fairness
    if math.isnan(price):
        return []
    return [words.text("fairness" if price else "fairness_free", price=words.amount(price))]


def _left_out(words: SiteWords) -> list[str]:
    """Return how many homes no candidate can serve, for models that must serve everybody."""
    solution = words.study.siting.solution
    if solution.model not in ("lscp", "p-median", "p-center") or not solution.unreachable:
        return []
    return [words.text("left_out", homes=len(solution.unreachable))]


def stage_lines(words: SiteWords) -> list[str]:
    """Return the plan year by year and what building in stages costs; none without stages."""
    study, staged = words.study, words.study.staged
    if staged is None:
        return []
    people = study.siting.asked.people[:, study.main_group]
    table = stages_table(study.siting, study.stages, people)
    shares = stage_shares(study.siting, people, study.settings.group)
    lines = [words.text("stage.title")]
    for stage, row in zip(staged.stages, table.to_dict("records"), strict=True):
        least = shares[(shares["stage"] == row["stage"]) & shares["share"].notna()]
        sentence = words.text(
            "stage.year",
            year=row["year"],
            places=words.places(stage.opened) or words.text("stage.nothing"),
            group=words.group,
            covered=row["covered"],
            share=row["share"],
            weakest=_weakest(words, least),
        )
        lines += [f"  {sentence}", f"    {_yardstick(words, stage)}"]
    price = staged.price_of_staging
    end = (
        words.text("stage.price", price=words.amount(price)) if price else words.text("stage.free")
    )
    return [*lines, f"  {end}", f"  {words.text('stage.none_falls')}"]


def _weakest(words: SiteWords, shares: pd.DataFrame) -> str:
    """Return the subdistrict with the least share; nothing where nobody lives in any."""
    if shares.empty:
        return ""
    row = shares.sort_values("share", kind="stable").iloc[0]
    return words.text("stage.weakest", subdistrict=clean(row["subdistrict"]), least=row["share"])


def _yardstick(words: SiteWords, stage: PlanStage) -> str:
    """Return what the same means could have had at best, and the regret if it stops here."""
    if words.study.siting.asked.question.problem.rules.price.any():
        spent = words.text("stage.spent", money=stage.spent)
    else:
        spent = ""
    if not stage.regret:
        return spent + words.text("stage.no_regret")
    return spent + words.text(
        "stage.regret", best=words.amount(stage.best), regret=words.amount(stage.regret)
    )


def rival_lines(words: SiteWords) -> list[str]:
    """Return the best plans by what they lose and change, core and swing sites."""
    rivals = words.study.rivals
    if rivals is None:
        return []
    best = rivals.plans[0]
    lines = [words.text("rival.title", plans=len(rivals.plans), ties=rivals.ties)]
    lines += [
        f"  {_rival(words, rank, plan, best)}" for rank, plan in enumerate(rivals.plans[1:], 2)
    ]
    if rivals.core:
        lines.append(f"  {words.text('rival.core', places=words.places(rivals.core))}")
    swing = words.text("and").join(
        words.text("rival.swing_one", place=words.place(site), count=count)
        for site, count in rivals.swing.items()
    )
    if swing:
        lines.append(f"  {words.text('rival.swing', places=swing)}")
    return lines


def _rival(words: SiteWords, rank: int, plan: RivalPlan, best: RivalPlan) -> str:
    joined = [site for site in plan.sites if site not in best.sites]
    left = [site for site in best.sites if site not in plan.sites]
    key = "rival.tie" if plan.loss == 0 else "rival.plan"
    change = words.text("rival.opens", places=words.places(joined)) if joined else ""
    change += words.text("rival.leaves", places=words.places(left)) if left else ""
    return words.text(key, rank=rank, loss=words.amount(plan.loss), change=change)


def stability_lines(words: SiteWords) -> list[str]:
    """Return what was varied, how many variants have a plan, and the range of its worth."""
    stability = words.study.stability
    if stability is None:
        return []
    low, high = stability.value_range
    return [
        words.text(
            "steady.stability",
            variants=stability.value.size,
            seed=words.study.seed,
            planned=stability.planned,
            low=words.amount(low),
            high=words.amount(high),
        )
    ]
