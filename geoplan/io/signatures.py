"""What a file really is, by its first bytes, against what its ending says."""

from __future__ import annotations

from pathlib import Path

from geoplan.errors import EmptyInputError, InputError

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an .xlsx workbook"),
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook or one with a password"),
    (b"SQLite format 3\x00", "a GeoPackage or SQLite database"),
    (b"\x00\x00\x27\x0a", "a shapefile"),
    (b"\x1f\x8b", "a gzip archive"),
)
_HTML = (b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")
_TEXT = "text"
_EXPECTED = {
    ".csv": _TEXT,
    ".tsv": _TEXT,
    ".geojson": "JSON",
    ".json": "JSON",
    ".gpkg": "a GeoPackage or SQLite database",
    ".shp": "a shapefile",
    ".xls": "an old .xls workbook or one with a password",
    ".xlsx": "a zip archive or an .xlsx workbook",
    ".docx": "a zip archive or an .xlsx workbook",
    ".txt": _TEXT,
    ".md": _TEXT,
}
_RUNNING_TEXT = (".txt", ".md")
_LIKE_TEXT = ("JSON", "an HTML or XML page")
"""What running text may look like: it may begin with a bracket or, in Markdown, with a tag."""


def require_file(path: Path, endings: tuple[str, ...]) -> str:
    """Return the ending of a file whose first bytes agree with it.

    Raises
    ------
    InputError
        The file is missing, its ending is none of those, or it is something else than its
        ending says.
    EmptyInputError
        The file has no bytes.
    """
    ending = path.suffix.lower()
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; give the file in it")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; correct the path")
    if ending not in endings:
        raise InputError(
            f"{path.name}: the ending {ending or '(none)'!r} is not one that is read here; "
            f"use one of {', '.join(endings)}"
        )
    found = _found(_first_bytes(path), path.name)
    if ending in _RUNNING_TEXT and found in _LIKE_TEXT:
        return ending
    if found != _EXPECTED[ending]:
        raise InputError(
            f"{path.name}: the file ends in {ending} but holds {found}; "
            f"open it where it was made and save it as {ending}"
        )
    return ending


def _first_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(4096)
    except OSError as error:
        raise InputError(
            f"{path.name}: the file cannot be read ({error.strerror}); close it elsewhere or "
            "change its permissions"
        ) from error


def _found(head: bytes, where: str) -> str:
    if not head:
        raise EmptyInputError(f"{where}: the file is empty; save it again with its content")
    for magic, meaning in _MAGIC:
        if head.startswith(magic):
            return meaning
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_HTML):
        return "an HTML or XML page"
    if text.startswith((b"{", b"[")):
        return "JSON"
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "binary bytes" if b"\x00" in head and not utf16 else _TEXT
