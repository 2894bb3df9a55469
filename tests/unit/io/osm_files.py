"""Small OpenStreetMap files for tests, written node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Spot = tuple[float, float]
Tags = Mapping[str, str]
LON, LAT = 119.97, 31.78


def write_osm(
    path: Path,
    nodes: Mapping[int, Spot | tuple[float, float, Tags]],
    ways: Mapping[int, tuple[Sequence[int], Tags]],
    relations: Mapping[int, tuple[Sequence[tuple[str, int, str]], Tags]] | None = None,
    *,
    header: str = "",
) -> Path:
    """Write a file; nodes are metres east and north of a corner of Tianning."""
    lines = ["<?xml version='1.0' encoding='UTF-8'?>", "<osm version='0.6'>", header]
    for key, (east, north, *tags) in sorted(nodes.items()):
        place = f"lon='{LON + east / 94_600:.7f}' lat='{LAT + north / 110_900:.7f}'"
        inner = _tags(tags[0] if tags else {})
        lines.append(f"<node id='{key}' version='1' {place}>{inner}</node>")
    for key, (refs, tags) in sorted(ways.items()):
        inner = "".join(f"<nd ref='{ref}'/>" for ref in refs)
        lines.append(f"<way id='{key}' version='1'>{inner}{_tags(tags)}</way>")
    for key, (members, tags) in sorted((relations or {}).items()):
        inner = "".join(
            f"<member type='{kind}' ref='{ref}' role='{role}'/>" for kind, ref, role in members
        )
        lines.append(f"<relation id='{key}' version='1'>{inner}{_tags(tags)}</relation>")
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
