"""The codes of a register that can be trusted to be codes of divisions."""

from __future__ import annotations

from geoplan.domain.codes import digits_of, is_shortened, is_well_formed
from geoplan.model.gazetteer import Gazetteer


def sound_codes(names: Gazetteer, column: str = "code") -> list[str]:
    """Return the well-formed codes of a column in file order, empty for all others.

    What a spreadsheet has cut off is no code: its zeros would make every row the same unit.
    """
    plain = {"code": names.code, "parent": names.parent, **names.texts}
    written = names.cells.get(column, plain.get(column))
    if written is None:
        return [""] * len(names)
    return [_sound(one) for one in written.tolist()]


def _sound(written: str) -> str:
    if is_well_formed(written):
        return written
    digits = digits_of(written)
    return digits if is_well_formed(digits) and not is_shortened(written) else ""
