"""When each unit bore its name under its code: lists and changes joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tools.divisions.sources import Change, Unit

ILI_CODE, ILI_INNER = "654000", ("6542", "6543")
"""伊犁哈萨克自治州 stands above the prefectures 塔城 and 阿勒泰."""

LISTS_LAG_YEARS = 3
"""Lists still print a name so long after it has ended."""

_PASSING_ON = {"更名", "撤县设市", "撤县设区", "撤市设区", "撤地设市", "撤区设区", "撤旗设区"}
_PASSING_ON |= {"区划调整", "撤销", "同名改码"}


@dataclass(frozen=True, slots=True)
class Span:
    """One row of the table."""

    code: str
    name: str
    parent: str
    since: int | None
    """Year in which the name began; None when it is older than the records."""
    until: int | None
    """Year in which it ended; None while it is in use."""
    heir: Unit | None = None
    document: str = ""

    @property
    def level(self) -> str:
        """``province``, ``prefecture`` or ``county``, by the code."""
        if self.code.endswith("0000"):
            return "province"
        return "prefecture" if self.code.endswith("00") else "county"


def joined_spans(
    lists: Mapping[int, set[Unit]], events: Iterable[Change], current: set[Unit]
) -> tuple[list[Span], list[str]]:
    """Return the spans sorted by code and year, and what one source alone says."""
    events = list(events)
    seen = {unit: [year for year in sorted(lists) if unit in lists[year]] for unit in _all(lists)}
    begun, ended = _dates(events)
    doubts: list[str] = []
    spans: list[Span] = []
    for unit in sorted(current | set(seen) | set(begun) | set(ended)):
        span = _span(unit, (seen.get(unit, []), begun.get(unit, []), ended.get(unit, [])), current)
        if span is None:
            doubts.append(f"{unit[0]} {unit[1]}: begins in {begun[unit]}, in no list, never ends")
        else:
            spans.append(span)
    known = {(span.code, span.name) for span in spans}
    misspelt = _misspelt(spans, set(begun) | set(ended) | current)
    doubts += [f"{one.code} {one.name}: no change confirms it" for one in misspelt]
    spans = [_with_heir(span, events, known) for span in spans if span not in misspelt]
    return sorted([*spans, *_read_with(spans, events)], key=_order), doubts


def _all(lists: Mapping[int, set[Unit]]) -> set[Unit]:
    return set().union(*lists.values())


def _dates(events: Iterable[Change]) -> tuple[dict[Unit, list[int]], dict[Unit, list[int]]]:
    begun: dict[Unit, list[int]] = defaultdict(list)
    ended: dict[Unit, list[int]] = defaultdict(list)
    for event in events:
        if event.new and event.new[0] and event.new != event.old:
            begun[event.new].append(event.year)
        if event.old and event.old[0] and event.new != event.old:
            ended[event.old].append(event.year)
    return begun, ended


def _span(unit: Unit, years: tuple[list[int], ...], current: set[Unit]) -> Span | None:
    seen, begun, ended = years
    if not (seen or ended or unit in current):
        return None
    since = min(begun, default=None)
    if since is None and seen and seen[0] > 2002:
        since = seen[0]
    until = None
    if unit not in current:
        last = seen[-1] if seen else 0
        until = max((year for year in ended if year >= last - LISTS_LAG_YEARS), default=last + 1)
    if since is not None and until is not None and since > until:
        since = None
    return Span(unit[0], unit[1], _parent(unit[0]), since, until)


def _parent(code: str) -> str:
    """Return the code above; a unit straight under its province has that one."""
    if code.endswith("0000"):
        return ""
    if code.endswith("00") or code[2:4] in {"90", "00"}:
        return code[:2] + "0000"
    if code[:2] in {"11", "12", "31", "50"}:
        return code[:2] + "0000"
    return code[:4] + "00"


def _misspelt(spans: list[Span], confirmed: set[Unit]) -> set[Span]:
    """Return names of one list alone, under a code that bears another name in the same years."""
    by_code: dict[str, list[Span]] = defaultdict(list)
    for span in spans:
        by_code[span.code].append(span)
    return {
        span
        for span in spans
        if (span.code, span.name) not in confirmed
        and any(other != span and _overlap(other, span) for other in by_code[span.code])
    }


def _overlap(one: Span, other: Span) -> bool:
    return (one.since or 0) < (other.until or 9999) and (other.since or 0) < (one.until or 9999)


def with_recalled(spans: list[Span], recalled: Iterable[Mapping[str, str]]) -> list[Span]:
    """Return the spans with years and heirs that no package holds, each recalled by a person."""
    facts = {(row["code"], row["name"]): row for row in recalled}
    return [_corrected(span, facts.get((span.code, span.name))) for span in spans]


def _corrected(span: Span, fact: Mapping[str, str] | None) -> Span:
    if fact is None:
        return span
    heir = (fact["successor_code"], fact["successor_name"])
    return replace(
        span,
        since=int(fact["since"]) if fact["since"] else span.since,
        until=_recalled_end(span, fact["until"]),
        heir=heir if heir[0] else span.heir,
    )


def _recalled_end(span: Span, text: str) -> int | None:
    """Return the year of a fact; ``never`` is a unit in use that no list of today prints."""
    if text == "never":
        return None
    return int(text) if text else span.until


def _with_heir(span: Span, events: list[Change], known: set[Unit]) -> Span:
    """Return the span with what took its place, and the document of the change."""
    if span.until is None:
        return span
    own = [event for event in events if _is_end(event, span)]
    if not own:
        return span
    last = max(own, key=lambda event: (bool(event.new), bool(event.document)))
    year = last.year if not span.code or (last.old and not last.old[0]) else span.until
    heir = _heir(last, span.code[:2], known)
    return replace(span, until=year, heir=heir, document=last.document)


def _is_end(event: Change, span: Span) -> bool:
    if event.old is None or event.old[1] != span.name or event.kind == "码位改派":
        return False
    if event.old[0]:
        return event.old[0] == span.code and event.year == span.until
    return event.year >= (span.until or 0) and bool(event.new)


def _heir(event: Change, province: str, known: set[Unit]) -> Unit | None:
    if event.new is None or (event.kind not in _PASSING_ON and event.old and event.old[0]):
        return None
    if event.new[0]:
        return event.new if event.new in known else None
    same = [unit for unit in known if unit[1] == event.new[1] and unit[0][:2] == province]
    return same[0] if len(same) == 1 else None


def _read_with(spans: list[Span], events: list[Change]) -> list[Span]:
    """Return rows of the prefecture that a unit under a code of no prefecture is read with."""
    prefectures = {(span.code[:2], span.name): span for span in spans if span.level == "prefecture"}
    by_unit = {(span.code, span.name): span for span in spans}
    more: dict[tuple[Unit, str], Span] = {}
    for event in events:
        for unit in (event.old, event.new):
            span = by_unit.get(unit) if unit else None
            above = prefectures.get((span.code[:2], event.above)) if span else None
            if span and unit and above and span.code[2:4] == "90":
                more[unit, above.code] = _below(span, above)
    inner = [span for span in spans if span.code[:4] in ILI_INNER and span.level == "county"]
    return [*more.values(), *(replace(span, parent=ILI_CODE) for span in inner)]


def _below(span: Span, above: Span) -> Span:
    """Return the row of a unit below a prefecture; it ends with the prefecture at the latest."""
    if above.until is None or (span.until is not None and span.until <= above.until):
        return replace(span, parent=above.code)
    heir = (span.code, span.name)
    return replace(span, parent=above.code, until=above.until, heir=heir)


def _order(span: Span) -> tuple[str, int, str, str]:
    return (span.code, span.since or 0, span.name, span.parent)
