"""The codes of a register that can be trusted to be codes of divisions."""

from __future__ import annotations

from functools import lru_cache

from geoplan.domain.codes import digits_of, is_shortened, is_well_formed
from geoplan.model.gazetteer import Gazetteer


@lru_cache(maxsize=8)
def sound_codes(names: Gazetteer, column: str = "code") -> tuple[str, ...]:
    """Return the well-formed codes of a column in file order, empty for all others.

    What a spreadsheet has cut off is no code: its zeros would make every row the same unit.
    Several rules ask for the same columns, so the last answers are kept.
    """
    plain = {"code": names.code, "parent": names.parent, **names.texts}
    written = names.cells.get(column, plain.get(column))
    if written is None:
        return ("",) * len(names)
    return tuple(map(_sound, written.tolist()))


def _sound(written: str) -> str:
    if is_well_formed(written):
        return written
    digits = digits_of(written)
    return digits if is_well_formed(digits) and not is_shortened(written) else ""
