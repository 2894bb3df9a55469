"""The map in a real browser: nothing asked of the network, layers, popups, hostile names."""

from __future__ import annotations

import pytest

from geoplan.views.folium_map import render_map
from geoplan.views.map_spec import map_spec
from tests.unit.views.made_outcome import HOSTILE, made_outcome

pytestmark = pytest.mark.browser

PAINTED = """pane => {
  const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
  if (!canvas || !canvas.width) return 0;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return pixels.filter((value, i) => i % 4 === 3 && value > 0).length;
}"""
"""Pixels of a pane's canvas that carry any ink."""


def page_of(lang, **values):
    return render_map(map_spec(made_outcome(**values), lang=lang))


def painted(page, pane):
    # Leaflet repaints its canvas in the next frame.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))")
    return page.evaluate(PAINTED, pane)


def toggled(page, layer):
    page.locator(f"#panel input[data-layer={layer}]").click()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_map_asks_for_nothing_and_complains_of_nothing(visit, lang):
    seen = visit(page_of(lang))
    seen.page.wait_for_timeout(300)
    assert len(seen.requests) == 1
    assert seen.requests[0].startswith("file:")
    assert seen.complaints == []
    assert painted(seen.page, "streets") > 1000


def test_the_policy_refuses_a_script_and_a_picture_that_are_not_the_pages_own(visit):
    seen = visit(page_of("zh"))
    seen.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.hacked = 1";
          document.body.appendChild(script);
          const picture = document.createElement("img");
          picture.src = "https://example.org/a.png";
          document.body.appendChild(picture);
        }"""
    )
    seen.page.wait_for_timeout(200)
    assert seen.page.evaluate("window.hacked") is None
    assert len(seen.requests) == 1
    assert any("Content Security Policy" in complaint for complaint in seen.complaints)


@pytest.mark.parametrize("pane", ["streets", "areas"])
def test_a_layer_painted_on_canvas_goes_and_comes_back(visit, pane):
    page = visit(page_of("zh")).page
    before = painted(page, pane)
    assert before > 1000
    toggled(page, pane)
    assert painted(page, pane) == 0
    toggled(page, pane)
    assert painted(page, pane) == before


@pytest.mark.parametrize(
    ("layer", "selector"),
    [
        ("gaps", ".leaflet-gaps-pane path"),
        ("sites", ".leaflet-marks-pane .mark text"),
        ("kind_care_station", ".leaflet-marks-pane .mark[title*=hacked] path:only-child"),
        ("units", ".leaflet-names-pane .name span"),
    ],
)
def test_a_layer_of_shapes_goes_and_comes_back(visit, layer, selector):
    page = visit(page_of("zh")).page
    before = page.locator(selector).count()
    assert before > 0
    toggled(page, layer)
    assert page.locator(selector).count() == 0
    toggled(page, layer)
    assert page.locator(selector).count() == before


def test_a_hidden_layer_comes_when_it_is_asked_for(visit):
    page = visit(page_of("zh")).page
    marks = page.locator(".leaflet-marks-pane .mark")
    before = marks.count()
    toggled(page, "gates")
    toggled(page, "kind_public_room")
    assert marks.count() == before + 2


def test_the_coverage_layers_exclude_each_other(visit):
    page = visit(page_of("zh")).page
    units = page.locator(".leaflet-units-pane path")
    assert units.count() == 0
    toggled(page, "coverage_community")
    assert units.count() == 1
    toggled(page, "coverage_subdistrict")
    assert units.count() == 1
    streets = page.locator(".leaflet-streets-pane")
    assert streets.evaluate("pane => pane.style.opacity") == "0.25"
    page.locator("#panel input[name=coverage][value='']").click()
    assert units.count() == 0
    assert streets.evaluate("pane => pane.style.opacity") == "1"


def test_a_print_shows_the_legend_of_what_is_drawn_and_no_switches(visit):
    page = visit(page_of("en", name="Town")).page
    page.emulate_media(media="print")
    panel = page.locator("#panel")
    assert panel.get_by_text("within 10 minutes").is_visible()
    assert panel.get_by_text("Coverage gaps", exact=True).is_visible()
    assert not panel.get_by_text("Locked gates").is_visible()
    assert not panel.get_by_text("By community").is_visible()
    assert not panel.get_by_text("wall or fence").is_visible()
    assert not page.locator("#panel input").first.is_visible()
    assert page.locator("#band").is_visible()


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("zh", ["社区居家养老服务站", "养老服务、就餐", "1,500 人", "已提升改造"]),
        ("en", ["Community care station", "Elderly care, Meals", "1,500", "upgraded"]),
    ],
)
def test_a_facility_opens_its_popup_in_the_language(visit, lang, expected):
    page = visit(page_of(lang, name="红梅站")).page
    page.locator(".leaflet-marks-pane .mark[title='红梅站']").click()
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert popup.locator("h2").text_content() == "红梅站"
    assert set(expected) <= set(popup.locator("td").all_text_contents())


@pytest.mark.parametrize(
    ("lang", "reason"),
    [("zh", "没有可步行的道路通达"), ("en", "no walkable way leads to a facility")],
)
def test_a_gap_opens_its_popup(visit, lang, reason):
    page = visit(page_of(lang, name="红梅")).page
    patch = page.locator(".leaflet-gaps-pane path")
    # Beside the site's marker, which stands in the middle of the patch.
    patch.click(position={"x": patch.bounding_box()["width"] / 2, "y": 6})
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert reason in popup.text_content()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_card_that_is_taller_than_the_map_scrolls_within_it(visit, lang):
    page = visit(page_of(lang, name="红梅站"), width=420, height=370).page
    page.locator(".leaflet-marks-pane .mark[title='红梅站']").dispatch_event("click")
    card = page.locator(".leaflet-popup-content")
    card.wait_for()
    page.wait_for_timeout(500)
    room, box = page.locator(".leaflet-container").bounding_box(), card.bounding_box()
    assert room["y"] <= box["y"]
    assert box["y"] + box["height"] <= room["y"] + room["height"]
    assert card.evaluate("card => card.scrollHeight > card.clientHeight")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_hostile_names_appear_as_text_and_nothing_runs(visit, lang):
    seen = visit(page_of(lang))
    page = seen.page
    for mark in page.locator(".leaflet-marks-pane .mark").all():
        mark.dispatch_event("click")
        page.wait_for_timeout(50)
    toggled(page, "coverage_subdistrict")
    page.locator(".leaflet-units-pane path").dispatch_event("click")
    popup = page.locator(".leaflet-popup-content h2").last
    popup.wait_for()
    assert HOSTILE in popup.text_content()
    assert HOSTILE in page.locator("h1").text_content() + page.title()
    assert page.locator(".name span").text_content() == HOSTILE
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == 0
    assert len(seen.requests) == 1
    assert seen.complaints == []


def test_decoded_streets_lie_where_they_were_drawn(visit):
    page = visit(page_of("en")).page
    spec = map_spec(made_outcome(), lang="en")
    west, south, east, north = spec.bounds
    drawn = page.evaluate(
        "() => { const b = layer_streets.getBounds();"
        "return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; }"
    )
    assert drawn == pytest.approx([west, south, east, north], abs=2e-6)


def test_the_band_and_the_walker_stay_in_sight(visit):
    page = visit(page_of("zh", name="小镇"), width=390, height=780).page
    for selector in ("#band", "#walker", "footer", "#north", ".leaflet-control-scale"):
        box = page.locator(selector).bounding_box()
        assert box is not None, selector
        assert box["x"] >= 0, selector
        assert box["x"] + box["width"] <= 390, selector
        assert box["y"] + box["height"] <= 780, selector


def test_the_panel_is_folded_on_a_phone_and_opens(visit):
    page = visit(page_of("zh", name="小镇"), width=390, height=780).page
    panel, button = page.locator("#panel"), page.locator("#panel-toggle")
    assert not panel.is_visible()
    button.click()
    assert panel.is_visible()
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["y"] + box["height"] <= 780
    button.click()
    assert not panel.is_visible()


def test_the_panel_is_open_on_a_desk_and_leaves_room_for_the_area(visit):
    page = visit(page_of("zh", name="小镇")).page
    panel = page.locator("#panel").bounding_box()
    corner = page.evaluate(
        "() => { const p = geoplan_map.latLngToContainerPoint(layer_district.getBounds()"
        ".getNorthEast()); return p.x; }"
    )
    assert corner <= panel["x"]
