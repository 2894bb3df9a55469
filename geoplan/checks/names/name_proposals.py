"""Mends of a register that need no judgement: rows, brackets, blanks and digits set right."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from geoplan.checks.names.merged_rows import one_name
from geoplan.domain.crs import GEOGRAPHIC
from geoplan.domain.unit_names import listed_names, merged_names
from geoplan.model.findings import Finding
from geoplan.model.gazetteer import Gazetteer
from geoplan.model.name_dossier import NameDossier
from geoplan.model.proposals import Proposal
from geoplan.model.rules import Rulebook

MENDED = {
    ("N20", "merged"),
    ("N20", "brackets"),
    ("N20", "blanks"),
    ("N15", "full_width"),
}
"""Rules and cases whose mend follows from the cell itself."""

CHANGES = ("finding", "subject", "column", "old", "new")


def propose(dossier: NameDossier, findings: Sequence[Finding], book: Rulebook) -> Proposal:  # noqa: ARG001  every linter is asked in one way
    """Return the register with its mended cells: one name a row, the second one an alias.

    Only cells of a given finding are changed, so an accepted one stays as it is. A row of two
    names keeps its first as the name. Names lose blanks beside Chinese characters and mixed
    brackets become full-width; full-width digits of codes become half-width.
    """
    table = register_table(dossier.names)
    rows = {int(row): position for position, row in enumerate(dossier.names.row.tolist())}
    changes: list[dict[str, str]] = []
    marks: dict[int, list[str]] = {}
    for finding in findings:
        if (finding.rule, finding.case) not in MENDED or finding.row is None:
            continue
        row = rows[finding.row]
        for column, new in _mends(table, row, finding).items():
            if column not in table:
                table[column] = ""
            old = str(table.loc[row, column])
            if new != old:
                table.loc[row, column] = new
                known = {"finding": finding.id, "subject": finding.subject}
                changes.append({**known, "column": column, "old": old, "new": new})
                marks.setdefault(row, []).append(finding.id)
    table = original_table(dossier.names, table)
    table["proposal"] = [";".join(dict.fromkeys(marks.get(row, ()))) for row in range(len(table))]
    return Proposal(table=table, changes=pd.DataFrame(changes, columns=list(CHANGES)))


def register_table(names: Gazetteer) -> pd.DataFrame:
    """Return the cells of a register under canonical headers, positions of a layer as columns."""
    table = pd.DataFrame({column: texts.tolist() for column, texts in names.cells.items()})
    known = np.isfinite(names.xy).all(axis=1)
    if known.any() and not {"lon", "lat"} <= set(names.cells):
        for column, numbers in zip(("lon", "lat"), names.xy.T, strict=True):
            table[column] = [f"{number:.8f}" if number == number else "" for number in numbers]  # noqa: PLR0124  NaN
        table["crs"] = GEOGRAPHIC
    return table


def original_table(names: Gazetteer, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table as the file has it: its own headers and order, all its other columns.

    Columns that the file does not have come last.
    """
    table = table.rename(columns=dict(names.headers))
    if names.original is None:
        return table
    whole = names.original().reset_index(drop=True)
    return whole.assign(**{str(name): table[name] for name in table})


def _mends(table: pd.DataFrame, row: int, finding: Finding) -> Mapping[str, str]:
    """Return the new text of every cell that the mend of a finding changes."""
    name = str(table.loc[row, "name"])
    if finding.case == "full_width":
        column = finding.about[0] if finding.about else "code"
        return {column: unicodedata.normalize("NFKC", str(table.loc[row, column]))}
    parts = merged_names(name)
    if finding.case != "merged" or parts is None:
        return {"name": one_name(name)}
    aliases = str(table.loc[row, "aliases"]) if "aliases" in table else ""
    main, part = (one_name(one) for one in parts)
    if part not in listed_names(aliases):
        aliases = ";".join(filter(None, (aliases, part)))
    return {"name": main, "aliases": aliases}
