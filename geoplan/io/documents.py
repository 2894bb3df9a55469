"""Reading texts as offices have them: plain text, Markdown, word-processor files."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geoplan.errors import EmptyInputError, InputError
from geoplan.io.given import Given, given_name, given_table
from geoplan.io.grids import decoded_text
from geoplan.io.signatures import require_file
from geoplan.model.document import Document
from geoplan.model.source import Source

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

DOCUMENT_ENDINGS = (".txt", ".md", ".docx")

HEADERS = {"text": ("文本", "内容", "正文", "line", "paragraph")}
"""Canonical column → other headers that mean it, for a table in memory."""

_MOST_UNPACKED_BYTES = 500_000_000
"""A file that unpacks to more is refused: it is a fault or an attack."""


def read_document(given: Given) -> Document:
    """Return a text as its numbered lines or paragraphs, blank ones left out.

    In a ``.docx`` the paragraphs of the body are counted, those of tables and text boxes where
    they stand; headers, footers, notes and deleted text are not read.

    Raises
    ------
    InputError
        The file is missing, damaged, not what its ending says, or in an unknown encoding.
    EmptyInputError
        It holds no text.
    """
    lines = _lines(given)
    kept = {number: line for number, line in enumerate(lines, start=1) if line.strip()}
    name = given_name(given, "text")
    if not kept:
        raise EmptyInputError(f"{name}: the file has no text; save it again with its text")
    return Document(
        lines=tuple(kept.values()), numbers=tuple(kept), source=Source(name=name, crs="")
    )


def _lines(given: Given) -> Sequence[str]:
    if not isinstance(given, Path):
        table = given_table(given, HEADERS, required=("text",), layer="text")
        return [str(line) for line in table.texts("text").tolist()]
    ending = require_file(given, DOCUMENT_ENDINGS)
    if ending == ".docx":
        return list(_paragraphs(_opened(given)))
    return decoded_text(given, save_as="UTF-8").splitlines()


def _opened(path: Path) -> WordDocument:
    import docx  # noqa: PLC0415  heavy; only a word-processor file needs it

    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            damaged = archive.testzip() if unpacked <= _MOST_UNPACKED_BYTES else None
    except (zipfile.BadZipFile, OSError, RuntimeError, zlib.error) as error:
        raise InputError(_unreadable(path, error)) from error
    if unpacked > _MOST_UNPACKED_BYTES:
        raise InputError(f"{path.name}: the file unpacks to {unpacked / 1e9:.1f} GB; shorten it")
    if damaged:
        raise InputError(_unreadable(path, damaged))
    try:
        return docx.Document(str(path))
    except (ValueError, KeyError, SyntaxError) as error:
        raise InputError(_unreadable(path, error)) from error


def _unreadable(path: Path, reason: object) -> str:
    told = " ".join(str(reason).split())[:120]
    return (
        f"{path.name}: the document cannot be opened ({told}); open it in Word or WPS, "
        "take off any password and save it as .docx again"
    )


def _paragraphs(document: WordDocument) -> Iterator[str]:
    """Give the text of every paragraph in reading order.

    A text box is stored twice, once for old programs (``mc:Fallback``): that one is passed over.
    """
    for paragraph in document.element.body.iter(_word("p")):
        if not any(one.tag.endswith("}Fallback") for one in paragraph.iterancestors()):
            yield "".join(_own_pieces(paragraph))


def _own_pieces(paragraph: Any) -> Iterator[str]:  # noqa: ANN401  lxml has no types
    """Give the pieces of text that are the paragraph's own, not those of a text box inside it."""
    for node in paragraph.iter(_word("t"), _word("tab"), _word("br")):
        if next(node.iterancestors(_word("p"))) is paragraph:
            yield (node.text or "") if node.tag == _word("t") else " "


def _word(name: str) -> str:
    return "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}" + name
