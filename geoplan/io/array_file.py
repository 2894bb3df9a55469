"""Named arrays in one file that is read by mapping it into memory, never by copying it.

Layout, all numbers little-endian::

    0   8 bytes    magic
    8   uint32     version of the layout
    12  uint32     nothing, 0
    16  uint64     bytes of the header
    24  uint64     bytes of the file
    32  32 bytes   SHA-256 of bytes 0-31 and of everything from byte 64 on
    64  header     JSON: ``arrays`` (name, type, shape, offset) and ``facts``
    …   arrays     each at a multiple of 64

A file is never trusted: sizes, types and offsets are checked before an array is made from them,
and nothing in the file is code.
"""

from __future__ import annotations

import hashlib
import json
import math
import mmap
import os
import struct
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from geoplan.errors import InputError, OutputError

_PREFIX = struct.Struct("<8sIIQQ")
_ALIGN, _BODY = 64, 64
_TYPES = frozenset(["|b1", "|u1", "<u2", "<u4", "<i4", "<i8", "<f4", "<f8"])
_MOST_HEADER = 2**24
"""A header of more bytes is damage: it names some thirty arrays."""

Arrays: TypeAlias = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file holds: its first eight bytes, its layout's version, and its name in errors."""

    magic: bytes
    version: int
    what: str


@dataclass(frozen=True, slots=True)
class ArrayFile:
    """The content of a file: read-only arrays that lie in the mapped file, and small facts."""

    arrays: Arrays
    facts: Mapping[str, Any]
    fingerprint: str
    """SHA-256 that the file states of itself, as hexadecimal digits."""


def write_arrays(path: Path, kind: Kind, arrays: Arrays, facts: Mapping[str, Any]) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    OutputError
        The disk refuses; what stood there before still does.
    """
    fresh = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(path.suffix, f".{path.stem}-", path.parent)
        fresh = Path(name)
        with os.fdopen(handle, "wb") as stream:
            for chunk in _content(kind, arrays, facts):
                stream.write(chunk)
        fresh.chmod(0o644)
        fresh.replace(path)
    except OSError as error:
        if fresh is not None:
            fresh.unlink(missing_ok=True)
        raise OutputError(
            f"{path}: the file could not be written ({error.strerror or error}); "
            "free space or choose another place"
        ) from error


def read_arrays(path: Path, kind: Kind, *, verify: bool = False) -> ArrayFile:
    """Return the content of a file, mapped and not copied.

    Magic, version, size, types and offsets are checked at every reading; ``verify`` also reads
    every byte and compares the SHA-256.

    Raises
    ------
    InputError
        The file is of another kind or version, cut short, or damaged.
    """
    try:
        with path.open("rb") as stream:
            header_size, digest = _prefix(stream.read(_BODY), kind, path, _size_of(path))
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise InputError(f"{path}: the file cannot be read ({error.strerror or error})") from error
    if verify and _digest(memoryview(mapped)) != digest:
        raise _damaged(path, kind, "its content does not match its fingerprint")
    try:
        header = json.loads(mapped[_BODY : _BODY + header_size].decode("utf-8"))
        entries, facts = list(header["arrays"]), dict(header["facts"])
        arrays = {str(entry["name"]): _mapped(mapped, entry, header_size) for entry in entries}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(path, kind, "its header cannot be used") from error
    return ArrayFile(arrays, facts, digest.hex())


def is_kind(path: Path, kind: Kind) -> bool:
    """Return whether a file begins as this kind does."""
    with path.open("rb") as stream:
        return stream.read(len(kind.magic)) == kind.magic


def _content(kind: Kind, arrays: Arrays, facts: Mapping[str, Any]) -> list[memoryview | bytes]:
    """Return the bytes of a file in order; the arrays' own memory is not copied."""
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    header = _header(plain, facts)
    at, body = _BODY + len(header), [memoryview(header)]
    for array in plain.values():
        gap = -at % _ALIGN
        body += [memoryview(bytes(gap)), array.reshape(-1).view(np.uint8).data]
        at += gap + array.nbytes
    prefix = _PREFIX.pack(kind.magic, kind.version, 0, len(header), at)
    digest = hashlib.sha256(prefix)
    for chunk in body:
        digest.update(chunk)
    return [prefix, digest.digest(), *body]


def _header(arrays: Arrays, facts: Mapping[str, Any]) -> bytes:
    """Return the header; array offsets count from the end of the header, rounded up."""
    entries, at = [], 0
    for name, array in arrays.items():
        entries.append(
            {"name": name, "type": array.dtype.str, "shape": list(array.shape), "offset": at}
        )
        at += array.nbytes + -array.nbytes % _ALIGN
    header = {"arrays": entries, "facts": dict(facts)}
    return json.dumps(header, ensure_ascii=False, sort_keys=True, allow_nan=False).encode("utf-8")


def _prefix(head: bytes, kind: Kind, path: Path, size: int) -> tuple[int, bytes]:
    """Return the header's size and the stated SHA-256 of a file that begins as it should."""
    if head[: len(kind.magic)] != kind.magic:
        raise InputError(f"{path}: the file is no {kind.what}; make one with 'geoplan network'")
    if len(head) < _BODY:
        raise _damaged(path, kind, "it is cut short")
    _, version, _, header_size, stated = _PREFIX.unpack_from(head)
    if version != kind.version:
        raise InputError(
            f"{path}: the {kind.what} has version {version} and this geoplan reads version "
            f"{kind.version}; make it again with 'geoplan network'"
        )
    if stated != size:
        raise _damaged(path, kind, f"it has {size} bytes and should have {stated}")
    if header_size > min(size - _BODY, _MOST_HEADER):
        raise _damaged(path, kind, "its header is longer than the file")
    return header_size, head[_PREFIX.size : _BODY]


def _mapped(mapped: mmap.mmap, entry: Mapping[str, Any], header_size: int) -> NDArray[Any]:
    """Return one array of the file; ``ValueError`` when it does not lie inside."""
    shape, offset, kind = entry["shape"], entry["offset"], entry["type"]
    sizes = [offset, *shape]
    if kind not in _TYPES or any(type(size) is not int or size < 0 for size in sizes):
        raise ValueError("an array has an impossible type, shape or offset")
    begin = -(-(_BODY + header_size) // _ALIGN) * _ALIGN + offset
    count = math.prod(shape)
    if offset % _ALIGN or begin + count * np.dtype(kind).itemsize > len(mapped):
        raise ValueError("an array does not lie inside the file")
    if count == 0:
        return np.empty(shape, dtype=kind)
    flat = np.frombuffer(mapped, dtype=kind, count=count, offset=begin)
    if kind == "|b1" and flat.view(np.uint8).max() > 1:
        raise ValueError("a flag is neither 0 nor 1")
    return flat.reshape(shape)


def _digest(content: memoryview) -> bytes:
    digest = hashlib.sha256(content[: _PREFIX.size])
    digest.update(content[_BODY:])
    return digest.digest()


def _size_of(path: Path) -> int:
    return path.stat().st_size


def _damaged(path: Path, kind: Kind, what: str) -> InputError:
    return InputError(
        f"{path}: the {kind.what} is damaged, {what}; make it again with 'geoplan network'"
    )
