"""One page, the same bytes each time, no address to ask, no text that runs."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib import resources

import folium
import pytest

from geoplan.views.folium_map import render_map
from geoplan.views.map_spec import map_spec
from tests.unit.views.made_outcome import made_outcome

LOADING = {"src", "href", "srcset", "action", "data", "poster", "background", "formaction"}


class Page(HTMLParser):
    """The tags, attributes and scripts of a page as a browser would read them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self._script = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._script = dict(attrs) if tag == "script" else None

    def handle_data(self, data):
        if self._script is not None:
            self.scripts.append((self._script, data))

    def handle_endtag(self, tag):
        self._script = None


@pytest.fixture(scope="module")
def page():
    return render_map(map_spec(made_outcome(), lang="zh"))


def data_of(page):
    (block,) = [text for attrs, text in Page(page).scripts if attrs.get("id") == "map-data"]
    return json.loads(block)


def test_the_same_map_gives_the_same_bytes(page):
    assert render_map(map_spec(made_outcome(), lang="zh")) == page


def test_another_process_gives_the_same_bytes(page):
    program = (
        "import hashlib;"
        "from geoplan.views.folium_map import render_map;"
        "from geoplan.views.map_spec import map_spec;"
        "from tests.unit.views.made_outcome import made_outcome;"
        "page = render_map(map_spec(made_outcome(), lang='zh'));"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == hashlib.sha256(page.encode()).hexdigest()


def test_nothing_in_the_page_is_loaded_from_elsewhere(page):
    for tag, attributes in Page(page).tags:
        for name in LOADING & set(attributes):
            assert attributes[name].startswith("data:"), (tag, attributes)
    assert not re.search(r"url\((?!data:|#|['\"]?#)", page.replace('"url(#default#VML)"', ""))
    assert "@import" not in page
    assert "sourceMappingURL" not in page
    assert not re.search(r"(?:src|href)=\\?[\"']?https?:", page)


def test_the_policy_lets_only_the_scripts_of_the_page_run(page):
    parsed = Page(page)
    (policy,) = [
        attrs["content"]
        for tag, attrs in parsed.tags
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe-eval" not in policy
    script_rule = re.search(r"script-src ([^;]*)", policy)[1]
    assert "unsafe-inline" not in script_rule
    running = [text for attrs, text in parsed.scripts if "type" not in attrs]
    assert len(running) >= 3
    for text in running:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in script_rule
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_hostile_names_are_text(page):
    parsed = Page(page)
    assert {tag for tag, _ in parsed.tags} & {"img", "iframe", "object", "embed", "base"} == set()
    assert not [name for _, attrs in parsed.tags for name in attrs if name.startswith("on")]
    assert all("hacked" not in text for attrs, text in parsed.scripts if "type" not in attrs)
    assert "\u2028" not in "".join(text for _, text in parsed.scripts)


def test_the_data_come_back_as_they_were(page):
    titles = [
        feature["popup"][0]
        for layer in data_of(page)["layers"]
        for feature in layer["features"]
        if "popup" in feature
    ]
    station = made_outcome().inputs.facilities.name[0]
    assert station in titles


def test_a_name_that_looks_like_a_slot_or_a_random_id_is_not_filled():
    name = "<!--slot:leaflet_js--><!--policy-->geoplan_map{{ 7*7 }}{% raw %}"
    page = render_map(map_spec(made_outcome(name=name), lang="en"))
    assert page.count("Vladimir Agafonkin") == 1
    assert "<!--slot:" not in page
    titles = {
        feature["popup"][0]
        for layer in data_of(page)["layers"]
        for feature in layer["features"]
        if "popup" in feature
    }
    assert name in titles
    assert "{{ 7*7 }}" in page


def test_folium_itself_is_left_as_it_was(page):
    assert any(url.startswith("https://") for _, url in folium.Map.default_js)
    assert "cdn.jsdelivr.net" in folium.Map(tiles=None).get_root().render()
    assert "cdn.jsdelivr.net" not in page


def test_the_band_stands_in_the_page_when_data_are_made(page):
    assert '<p id="band">示意数据 · made data</p>' in page
    real = render_map(map_spec(made_outcome(synthetic=False), lang="zh"))
    assert 'id="band"' not in real


@pytest.mark.parametrize(("lang", "code"), [("zh", "zh-CN"), ("en", "en")])
def test_the_page_names_its_language_and_shows_every_layer_and_legend(lang, code):
    spec = map_spec(made_outcome(name="红梅"), lang=lang)
    page = render_map(spec)
    assert f'<html lang="{code}">' in page
    for layer in spec.layers:
        assert f'data-layer="{layer.id}"' in page
        assert layer.title in page
        assert all(entry.text in page for entry in layer.legend)
    assert all(text in page for text in (spec.walker, spec.footer, *spec.sources))


def test_the_licence_of_leaflet_is_shipped_with_it():
    folder = resources.files("geoplan.views") / "assets" / "leaflet"
    licence = (folder / "LICENSE").read_text(encoding="utf-8")
    assert "BSD 2-Clause License" in licence
    assert "Leaflet 1.9.4" in (folder / "leaflet.js").read_text(encoding="utf-8")[:200]


def test_importing_the_renderer_does_not_import_folium():
    program = "import sys, geoplan.views.folium_map; print('folium' in sys.modules)"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
