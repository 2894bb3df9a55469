"""What changed between two editions, as people read it."""

from __future__ import annotations

from collections.abc import Iterable

from geoplan.domain.groups import EVERYONE
from geoplan.model.edition_changes import EditionChange, EditionChanges, UnitEntry
from geoplan.views.wording import Wording, wording

_TOLD_GROUPS = (EVERYONE, "60+")
"""Groups of a sentence; the machine form has all of them."""


def change_lines(found: EditionChanges, lang: str) -> tuple[str, ...]:
    """Return the lines of a terminal: each change, then how many, then what limits the answer."""
    words = wording(lang)
    lines = [
        words.text("change.title", earlier=found.earlier, later=found.later),
        *(f"  {change_sentence(change, lang)}" for change in found.changes),
    ]
    if found.changes:
        counts = {"changes": len(found.changes), "unchanged": found.unchanged}
        lines.append(words.text("change.count", **counts))
    else:
        lines.append(words.text("change.none", unchanged=found.unchanged))
    uncertain = sum(change.certainty == "uncertain" for change in found.changes)
    if uncertain:
        lines.append(words.text("change.uncertain_count", changes=uncertain))
    if found.repaired:
        lines.append(words.text("change.repaired", polygons=found.repaired))
    if found.without_polygon:
        lines.append(words.text("change.without_polygon", units=found.without_polygon))
    return tuple(lines)


def change_sentence(change: EditionChange, lang: str) -> str:
    """Return one change with the people who live there and how certain it is."""
    words = wording(lang)
    before, after, shares = _told_units(change)
    sentence = words.text(
        f"change.{_key(change)}",
        before=_units(before, words),
        after=_units(after, words),
        shares=_shares(shares, words),
        area_m2=change.area_m2,
        width_m=change.width_m,
        distance_m=change.distance_m,
        **_attributes(change),
    )
    return sentence + _people(change, words) + _certainty(change, words)


def carried_on(change: EditionChange) -> UnitEntry | None:
    """Return the one of several that is the single unit of a split or merger, with code or name.

    None for other kinds, and where no unit or more than one is it.
    """
    if change.kind not in {"split", "merge"}:
        return None
    (one,), many = (
        (change.before, change.after) if change.kind == "split" else (change.after, change.before)
    )
    same = [unit for unit in many if (unit.code, unit.name) == (one.code, one.name)]
    return same[0] if len(same) == 1 else None


def _told_units(
    change: EditionChange,
) -> tuple[tuple[UnitEntry, ...], tuple[UnitEntry, ...], tuple[float, ...]]:
    """Return the units of a sentence: one that lives on is told once, as what gave or took."""
    kept = carried_on(change)
    if kept is None or not change.shares:
        return change.before, change.after, change.shares
    many = change.after if change.kind == "split" else change.before
    others = tuple(unit for unit in many if unit is not kept)
    shares = tuple(
        share for unit, share in zip(many, change.shares, strict=True) if unit is not kept
    )
    if change.kind == "split":
        return change.before, others, shares
    return others, change.after, shares


def _key(change: EditionChange) -> str:
    """Return which sentence of its kind a change has."""
    kind = change.kind
    if kind in {"split", "merge"}:
        if not change.shares:
            return f"{kind}_listed"
        return kind if carried_on(change) is None else f"{kind}_kept"
    if kind == "part" and not (change.before and change.after):
        direction = "out" if change.before else "in"
        return f"part_{direction}" + ("_overlap" if change.why == "overlap" else "")
    if kind in {"new", "abolished"}:
        if change.shape is None:
            return f"{kind}_listed"
        return (f"{kind}_from" if kind == "new" else f"{kind}_to") if change.shares else kind
    return "conversion_merged_row" if _merged_row(change) else kind


def _merged_row(change: EditionChange) -> bool:
    return change.kind == "conversion" and change.why == "merged_row"


def _attributes(change: EditionChange) -> dict[str, str]:
    """Return codes and parents before and after, empty where a change is about several units."""
    old = change.before[0] if len(change.before) == 1 else UnitEntry("", "")
    new = change.after[0] if len(change.after) == 1 else UnitEntry("", "")
    return {
        "code_before": old.code,
        "code_after": new.code,
        "parent_before": old.parent,
        "parent_after": new.parent,
    }


def _units(units: Iterable[UnitEntry], words: Wording) -> str:
    return words.text("change.and").join(_unit(unit, words) for unit in units)


def _unit(unit: UnitEntry, words: Wording) -> str:
    if unit.name and unit.code:
        return words.text("change.unit", name=unit.name, code=unit.code)
    if unit.name:
        return words.text("change.unit_named", name=unit.name)
    return words.text("change.unit_coded", code=unit.subject)


def _shares(shares: Iterable[float], words: Wording) -> str:
    """Return shares in per cent; one below a tenth keeps a decimal."""
    texts = (f"{share:.0%}" if share >= 0.1 else f"{share:.1%}" for share in shares)
    return words.text("change.and").join(texts)


def _people(change: EditionChange, words: Wording) -> str:
    told = [
        words.text("change.people_of_group", group=words.group(group), people=change.people[group])
        for group in _TOLD_GROUPS
        if group in change.people
    ]
    return words.text("change.people", people=words.text("change.and").join(told)) if told else ""


def _certainty(change: EditionChange, words: Wording) -> str:
    if change.certainty == "certain" or change.why == "not_found":
        return ""
    return words.text(f"change.{change.certainty}", why=words.text(f"change_why.{change.why}"))
