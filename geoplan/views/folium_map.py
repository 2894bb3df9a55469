"""The map as one HTML page that asks the network for nothing; the only import of folium.

folium lays out the page, the map and the layer groups. Everything that it would fetch is left
out, and what is needed (Leaflet) is put in from ``assets/``. Data reach the page as one block of
JSON that ``assets/map.js`` draws; no text of theirs is ever read as markup or as code.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import asdict
from html import escape
from importlib import resources
from typing import Any, cast

from geoplan.views.map_encoding import encoded_geometry
from geoplan.views.map_panel import page_frame
from geoplan.views.map_parts import Feature, Layer, MapSpec, Popup
from geoplan.views.style import SHAPES
from geoplan.views.wording import Wording, wording

MAP_NAME = "geoplan_map"
_SLOT = re.compile(r"<!--slot:(\w+)-->")
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def render_map(spec: MapSpec) -> str:
    """Return the page; the same map gives the same bytes."""
    words = wording("zh" if spec.lang.startswith("zh") else "en")
    slots = {
        "title": f"<title>{escape(spec.title)}</title>",
        "leaflet_css": f"<style>{_leaflet_css()}</style>",
        "leaflet_js": f"<script>{_leaflet_js()}</script>",
        "css": f"<style>{_asset('map.css')}</style>",
        "frame": page_frame(spec, words),
        "data": f'<script type="application/json" id="map-data">{_payload(spec, words)}</script>',
        "js": f"<script>{_asset('map.js')}</script>",
    }
    skeleton = _skeleton(spec)
    # One pass: what is put in is never searched for slots again, whatever text it holds.
    page = _SLOT.sub(lambda slot: slots.get(slot[1], slot[0]), skeleton)
    return page.replace("<!--policy-->", _policy(page), 1)


def _skeleton(spec: MapSpec) -> str:
    """Return folium's page with slots for all content, and stable names for its random ones."""
    import folium  # noqa: PLC0415  slow to import, and only this page needs it
    from branca.element import Element, Figure  # noqa: PLC0415

    west, south, east, north = spec.bounds
    chart = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        attribution_control=False,
        max_zoom=19,
        min_zoom=8,
        zoom_snap=0.5,
    )
    # On this one map, not on folium's class: other maps of the same process keep their links.
    chart.default_js, chart.default_css = [], []
    groups = {
        layer.id: folium.FeatureGroup(name=layer.id, show=layer.shown) for layer in spec.layers
    }
    for group in groups.values():
        group.add_to(chart)
    # Slots only: folium compiles what it is given as a template, so no text of the data may enter.
    figure = cast("Figure", chart.get_root())
    for slot in ("<!--policy-->", _HEAD):
        figure.header.add_child(Element(slot))
    figure.html.add_child(Element("<!--slot:frame--><!--slot:data-->"))
    names = {chart.get_name(): MAP_NAME}
    names |= {group.get_name(): f"layer_{layer}" for layer, group in groups.items()}
    page: str = figure.render()
    for random_name, name in names.items():
        page = page.replace(random_name, name)
    page = page.replace("<html>", f'<html lang="{escape(spec.lang)}">', 1)
    body, _, tail = page.rpartition("</html>")
    return f"{body}<!--slot:js-->\n</html>{tail}"


_HEAD = (
    '<link rel="icon" href="data:,">\n<!--slot:title-->'
    "<!--slot:leaflet_css--><!--slot:css--><!--slot:leaflet_js-->"
)


def _policy(page: str) -> str:
    """Return the rule that lets only the scripts of this page run and no request leave it."""
    digests = [
        base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        for script in _SCRIPT.findall(page)
    ]
    allowed = " ".join(f"'sha256-{digest}'" for digest in dict.fromkeys(digests))
    return (
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        f"script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'\">"
    )


def _payload(spec: MapSpec, words: Wording) -> str:
    """Return everything that the script draws, as JSON that cannot end its own block."""
    content: dict[str, Any] = {
        "bounds": spec.bounds,
        "styles": {key: asdict(style) for key, style in spec.styles.items()},
        "shapes": SHAPES,
        "words": {
            key: words.text(f"panel.{key}") for key in ("zoom_in", "zoom_out", "popup_close", "map")
        },
        "layers": [_layer(layer) for layer in spec.layers],
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return _escaped(text)


def _escaped(text: str) -> str:
    """Return JSON with the characters escaped that HTML or old JavaScript would act upon."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _layer(layer: Layer) -> dict[str, Any]:
    return {
        "id": layer.id,
        "pane": layer.pane,
        "features": [_feature(feature) for feature in layer.features],
    }


def _feature(feature: Feature) -> dict[str, Any]:
    optional = {"label": feature.label, "popup": _popup(feature.popup)}
    return {
        "style": feature.style,
        **encoded_geometry(feature.geometry),
        **{key: value for key, value in optional.items() if value},
    }


def _popup(popup: Popup | None) -> list[Any] | None:
    return None if popup is None else [popup.title, *popup.rows]


def _leaflet_js() -> str:
    """Return Leaflet without its source-map link and without the link of a control not used."""
    text = _asset("leaflet/leaflet.js")
    text = re.sub(r"//# sourceMappingURL=\S+", "", text)
    return text.replace('href="https://leafletjs.com" ', "")


def _leaflet_css() -> str:
    """Return Leaflet's style with its pictures inside, without the rule for Internet Explorer."""
    text = _asset("leaflet/leaflet.css").replace("behavior: url(#default#VML);", "")
    return re.sub(r"url\(images/([\w-]+\.png)\)", lambda found: _picture(found[1]), text)


def _picture(name: str) -> str:
    content = (resources.files("geoplan.views") / "assets/leaflet/images" / name).read_bytes()
    return f"url(data:image/png;base64,{base64.b64encode(content).decode()})"


def _asset(name: str) -> str:
    content = resources.files("geoplan.views") / "assets" / name
    # A browser hashes scripts with bare line feeds, whatever a checkout made of them.
    return content.read_text(encoding="utf-8").replace("\r\n", "\n")
