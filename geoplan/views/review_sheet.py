"""The review sheet: findings as a workbook in which a person writes what is done about each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from geoplan.domain.rules import rulebook
from geoplan.model.findings import Finding
from geoplan.model.lint import LintReport
from geoplan.views.finding_records import metric_place
from geoplan.views.finding_words import finding_laws, finding_mend, finding_sentence, rule_title
from geoplan.views.wording import Wording, wording

COLUMNS = (
    ("number", 17),
    ("name", 20),
    ("category", 8),
    ("clause", 24),
    ("evidence", 44),
    ("mend", 34),
    ("opinion", 12),
    ("unit", 12),
    ("severity", 7),
    ("row", 7),
    ("lon", 12),
    ("lat", 11),
    ("east", 13),
    ("north", 13),
    ("crs", 11),
    ("law", 44),
)
"""Key of the printed header (``review.*``) and width in characters; the first eight are the sheet
that the bureau knows."""


_PRINTED = 9
"""So many columns are printed; places and laws stand beside the page."""
_PRINTED_WIDTHS = [width for _, width in COLUMNS[:_PRINTED]]
_A4, _LINE_POINTS, _SPARED = 9, 16.5, 4
"""Paper; height of a line; letters that a line holds less than its column, for words wrap whole."""
_MOST_POINTS, _MOST_LETTERS = 409, 32_767
"""What Excel allows a row and a cell."""
DECISIONS = {"zh": ("整改", "保留", "待核实"), "en": ("mend", "keep", "to be looked at")}
_HEADER_ROW = 1
_FIXED_DATE = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""Stands in the workbook instead of the clock: same input, same bytes."""
_FILL = {"error": "#f8d7d2", "warning": "#fcefc9", "note": "#e7eef5"}


def render_review(reports: Sequence[LintReport], lang: str) -> bytes:
    """Return the workbook: one sheet a checked file, one row a finding, decisions left empty."""
    stream = io.BytesIO()
    words = wording(lang)
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"created": _FIXED_DATE})
        looks = _looks(book)
        for number, report in enumerate(reports, start=1):
            name = words.text(f"check.kind_{report.kind}")
            page = book.add_worksheet(name if len(reports) == 1 else f"{number} {name}")
            _write(page, report, words, looks)
    return stream.getvalue()


def _write(page: Any, report: LintReport, words: Wording, looks: dict[str, Any]) -> None:  # noqa: ANN401
    band = words.text(
        "check.band", source=report.source, date=report.date or words.text("check.undated")
    )
    made = words.text("check.made") if report.synthetic else ""
    page.write_string(0, 0, band + made, looks["band"])
    for column, (key, width) in enumerate(COLUMNS):
        page.set_column(column, column, width)
        page.write_string(_HEADER_ROW, column, words.text(f"review.{key}"), looks["header"])
    for row, finding in enumerate(report.findings, start=_HEADER_ROW + 1):
        cells = _cells(finding, words)
        height = _LINE_POINTS * max(map(_lines, cells[:_PRINTED], _PRINTED_WIDTHS))
        page.set_row(row, min(height, _MOST_POINTS))
        for column, cell in enumerate(cells):
            _write_cell(page, row, column, cell, looks[finding.severity])
    last = _HEADER_ROW + max(len(report.findings), 1)
    opinion = [key for key, _ in COLUMNS].index("opinion")
    page.data_validation(
        _HEADER_ROW + 1,
        opinion,
        last,
        opinion,
        {"validate": "list", "source": list(DECISIONS[words.lang]), "ignore_blank": True},
    )
    page.autofilter(_HEADER_ROW, 0, last, len(COLUMNS) - 1)
    page.freeze_panes(_HEADER_ROW + 1, 2)
    page.print_area(0, 0, last, _PRINTED - 1)
    page.set_landscape()
    page.set_paper(_A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer("&C&P / &N")
    page.fit_to_pages(1, 0)
    page.repeat_rows(0, _HEADER_ROW)


def _cells(finding: Finding, words: Wording) -> tuple[str | float | None, ...]:
    metric = metric_place(finding) or {}
    name = finding.evidence.get("name") or finding.evidence.get("file")
    return (
        finding.id,
        str(name) if name else finding.subject,
        words.text(f"check.kind_{rulebook().rules[finding.rule].kind}"),
        f"{finding.rule} {rule_title(finding.rule, words.lang)}",
        finding_sentence(finding, words.lang),
        finding_mend(finding, words.lang),
        None,
        None,
        words.text(f"check.{finding.severity}"),
        finding.row,
        finding.lon,
        finding.lat,
        metric.get("east_m"),
        metric.get("north_m"),
        metric.get("crs"),
        "\n".join(finding_laws(finding, words.lang)),
    )


def _lines(cell: str | float | None, width: int) -> int:
    """Return the lines that a wrapped cell fills; a Chinese character is two letters wide."""
    letters = [
        sum(2 if ord(letter) > 0x2E80 else 1 for letter in line) for line in str(cell).split("\n")
    ]
    return sum(max(1, -(-wide // (width - _SPARED))) for wide in letters)


def _write_cell(page: Any, row: int, column: int, cell: str | float | None, look: Any) -> None:  # noqa: ANN401
    if cell is None:
        page.write_blank(row, column, None, look)
    elif isinstance(cell, str):
        page.write_string(row, column, _fitting(cell), look)
    else:
        page.write_number(row, column, cell, look)


def _fitting(text: str) -> str:
    """Return a text as long as a cell may be; Excel refuses a workbook with a longer one."""
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def _looks(book: Any) -> dict[str, Any]:  # noqa: ANN401  xlsxwriter has no types
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#b8b8b8"}
    header = {"bold": True, "bg_color": "#dfe6ee", "border": 1, "text_wrap": True, "valign": "top"}
    return {
        "band": book.add_format({"bold": True, "font_size": 12}),
        "header": book.add_format(header),
        **{
            severity: book.add_format({**cell, "bg_color": colour})
            for severity, colour in _FILL.items()
        },
    }
