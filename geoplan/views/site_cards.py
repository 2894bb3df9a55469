"""A siting study as a planner reads it: the plan, a card a site, and what was asked around it."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geoplan.model.site_study import SiteStudy
from geoplan.model.why_not import SiteMargin, WayIn, WhyNot
from geoplan.stages.site_tables import NEAR_M
from geoplan.views.site_plan import headline_lines, rival_lines, stability_lines, stage_lines
from geoplan.views.site_words import SiteWords, clean

OLDEST = "80+"
"""The group that stands beside the main one on a card."""


def site_lines(study: SiteStudy, lang: str) -> tuple[str, ...]:
    """Return the lines of a study: plan, stages, cards of sites and of others, rivals, stability.

    Made data are said first. Nothing is said of what was not asked.
    """
    words = SiteWords.of(study, lang)
    parts = [
        headline_lines(words),
        stage_lines(words),
        *(_site_card(words, rank, row) for rank, row in enumerate(_rows(study))),
        *(_why_not_card(words, card) for card in study.why_not),
        rival_lines(words),
        stability_lines(words),
    ]
    lines: list[str] = []
    for part in parts:
        if part:
            lines += [*([""] if lines else []), *part]
    return tuple(lines)


def _rows(study: SiteStudy) -> list[int]:
    """Return the candidates of the plan in rank order."""
    return [int(row) for row in study.siting.asked.rows(study.siting.solution.sites)]


def _site_card(words: SiteWords, rank: int, row: int) -> list[str]:
    study = words.study
    candidate = study.candidates.iloc[row]
    title = words.text("site.title", rank=rank + 1, place=words.place(row))
    lines = [
        words.text("site.kind", kind=words.words.text(f"origin.{candidate['origin']}")),
        *_cost(words, float(candidate["price"])),
        *_people(words, str(candidate["site_id"])),
        *_runner_up(words, rank),
        *(_margin(words, study.margins[rank]) if rank < len(study.margins) else []),
        *_steadiness(words, row),
    ]
    return [title, *(f"  {line}" for line in lines)]


def _cost(words: SiteWords, price: float) -> list[str]:
    """Return the price where money binds the plan; it is a placeholder unless the project says."""
    if not words.study.siting.asked.question.problem.rules.price.any():
        return []
    return [words.text("site.cost", price=price)]


def _people(words: SiteWords, code: str) -> list[str]:
    """Return whom the site adds, by subdistrict and by age, and who would lose it."""
    people = words.study.people
    own = people[people["site_id"] == code]
    main = own[own["group"] == words.study.settings.group]
    gain, lost = int(main["gain"].sum()), int(main["lost_without"].sum())
    oldest = int(own.loc[own["group"] == OLDEST, "gain"].sum())
    lines = [words.text("site.gain", group=words.group, gain=gain)]
    if gain:
        lines[0] += words.text("site.of_which", parts=_by_subdistrict(words, main))
    if oldest and words.study.settings.group != OLDEST:
        lines.append(words.text("site.oldest", group=words.words.group(OLDEST), gain=oldest))
    if lost:
        lines.append(words.text("site.lost", group=words.group, lost=lost))
    return lines


def _by_subdistrict(words: SiteWords, main: pd.DataFrame) -> str:
    gained = main[main["gain"] > 0].sort_values("gain", ascending=False, kind="stable")
    return words.text("and").join(
        words.text(
            "site.part",
            subdistrict=clean(one["subdistrict"]) or words.text("site.elsewhere"),
            people=int(one["gain"]),
        )
        for one in gained.to_dict("records")
    )


def _runner_up(words: SiteWords, rank: int) -> list[str]:
    """Return the best exchange of this one site; none where the exact margin is told."""
    study = words.study
    reason = study.siting.solution.reasons[rank]
    if study.margins or reason.runner_up is None:
        return []
    place = words.place(int(study.siting.asked.rows((reason.runner_up,))[0]))
    covers = _ranked_by_people(study)
    if reason.margin == 0:
        return [words.text("site.tie_cover" if covers else "site.tie", place=place)]
    if reason.margin < 0:
        return [words.text("site.ruled", place=place)]
    if covers:
        return [words.text("site.runner_up_cover", place=place, people=reason.margin)]
    return [words.text("site.runner_up", place=place, margin=words.amount(reason.margin))]


def _ranked_by_people(study: SiteStudy) -> bool:
    """Return whether sites are compared by people although the plan counts sites or money."""
    limited = np.isfinite(study.siting.asked.question.problem.rules.capacity).any()
    return study.siting.solution.model == "lscp" and not limited


def _margin(words: SiteWords, margin: SiteMargin) -> list[str]:
    """Return the best plan without the site, and what would not be enough to change the choice."""
    if math.isinf(margin.margin):
        return [words.text("site.needed")]
    others = [site for site in margin.outgoing if site != margin.site]
    leaves = words.text("site.leaves", places=words.places(others)) if others else ""
    moved = {"incoming": words.places(margin.incoming), "leaves": leaves}
    if not margin.incoming:
        return [words.text("site.spared", margin=words.amount(margin.margin))]
    if margin.margin == 0:
        return [words.text("site.tie_plan", **moved)]
    known = "site.margin" if margin.proven else "site.margin_unproven"
    lines = [words.text(known, margin=words.amount(margin.margin), **moved)]
    if margin.least_extra_weight > 0:
        enough = words.amount(margin.least_extra_weight)
        lines.append(words.text("site.holds", extra=enough))
    return lines


def _steadiness(words: SiteWords, row: int) -> list[str]:
    rivals, stability = words.study.rivals, words.study.stability
    lines = []
    if rivals is not None:
        count = sum(row in plan.sites for plan in rivals.plans)
        lines.append(words.text("site.in_rivals", count=count, plans=len(rivals.plans)))
    if stability is not None and stability.planned:
        xy = words.study.siting.candidates.xy
        lines.append(
            words.text(
                "site.stability",
                variants=stability.planned,
                share=float(stability.share[row]),
                near=stability.share_near(xy, row, within_m=NEAR_M),
                within_m=NEAR_M,
            )
        )
    return lines


def _why_not_card(words: SiteWords, card: WhyNot) -> list[str]:
    title = words.text("why_not.title", place=words.place(card.candidate))
    staged = [words.text("why_not.at_once")] if words.study.staged is not None else []
    if card.forbidden_by:
        reason = words.text(
            f"why_not.{card.forbidden_by}",
            places=words.places(card.forbidding),
            price=float(words.study.candidates["price"].iloc[card.candidate]),
        )
        lines = [*staged, reason]
    else:
        lines = [*staged, _loss(words, card)]
    lines += [_way_in(words, way) for way in card.ways_in]
    return [title, *(f"  {line}" for line in lines)]


def _loss(words: SiteWords, card: WhyNot) -> str:
    if card.idle:
        return words.text("why_not.idle")
    if card.loss == 0:
        return words.text("why_not.tie")
    others = [site for site in card.joined if site != card.candidate]
    moved = words.text("why_not.pushed", places=words.places(card.pushed_out))
    if not card.pushed_out:
        moved = ""
    if others:
        moved += words.text("why_not.joined", places=words.places(others))
    known = "why_not.loss" if card.proven else "why_not.loss_unproven"
    return words.text(known, loss=words.amount(card.loss), moved=moved)


def _way_in(words: SiteWords, way: WayIn) -> str:
    """Return one kind of change that brings the candidate in, or that none does."""
    found = math.isfinite(way.amount)
    key = f"way.{way.kind}" if found else f"way.no_{way.kind}"
    return words.text(key, **_sizes(words, way, found=found))


def _sizes(words: SiteWords, way: WayIn, *, found: bool) -> Mapping[str, object]:
    if way.kind == "ban":
        place = words.place(way.subject) if way.subject >= 0 else ""
        return {"place": place, "loss": words.amount(way.amount) if found else ""}
    if way.kind == "new":
        return {"sites": int(way.amount) if found else int(way.least) - 1}
    if way.kind == "weight":
        return {"people": words.amount(way.amount if found else way.least)}
    return {"money": way.amount if found else way.least}
