"""The list of indicators as the README and the report print it, from the table of indicators."""

from __future__ import annotations

from geoplan.domain.indicators import DIRECTIONS, INDICATOR_KINDS, INDICATORS, UNITS, Indicator

HEADINGS = {
    "zh": ("编号", "指标", "定义", "单位", "方向", "来历", "依据"),
    "en": ("id", "indicator", "definition", "unit", "better", "kind", "source"),
}
"""Headings of the list, by language."""


def indicator_row(indicator: Indicator, lang: str) -> tuple[str, ...]:
    """Return one row of the list, in the order of ``HEADINGS``."""
    zh = lang == "zh"
    return (
        indicator.id,
        indicator.zh if zh else indicator.en,
        indicator.definition_zh if zh else indicator.definition_en,
        UNITS[indicator.unit].zh if zh else UNITS[indicator.unit].en,
        DIRECTIONS[indicator.direction][lang],
        INDICATOR_KINDS[indicator.kind][lang],
        indicator.cited(lang),
    )


def indicator_markdown(lang: str) -> str:
    """Return the list as a Markdown table, ids in backquotes, in the order of the table."""
    lines = [_line(HEADINGS[lang]), _line(("---",) * len(HEADINGS[lang]))]
    for indicator in INDICATORS.values():
        name, *rest = indicator_row(indicator, lang)
        lines.append(_line((f"`{name}`", *rest)))
    return "\n".join(lines) + "\n"


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
