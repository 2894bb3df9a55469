"""The map says what the run found, and nothing else."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import shapely

from geoplan.views.map_panel import SECTIONS
from geoplan.views.map_spec import map_spec
from tests.unit.views.made_outcome import HOSTILE, made_outcome


def layers(spec):
    return {layer.id: layer for layer in spec.layers}


@pytest.fixture(scope="module")
def spec():
    return map_spec(made_outcome(), lang="zh")


def test_the_layers_of_the_run_are_there_in_drawing_order(spec):
    assert [layer.id for layer in spec.layers] == [
        "coverage_subdistrict",
        "coverage_community",
        "areas",
        "service_meals",
        "streets",
        "barriers",
        "units",
        "district",
        "gaps",
        "gates",
        "kind_care_station",
        "kind_public_room",
        "sites",
    ]
    assert {layer.section for layer in spec.layers} == set(SECTIONS)


def test_both_languages_have_the_same_layers_and_shapes(spec):
    english = map_spec(made_outcome(), lang="en")
    assert [layer.id for layer in english.layers] == [layer.id for layer in spec.layers]
    for ours, theirs in zip(spec.layers, english.layers, strict=True):
        assert ours.title != theirs.title
        assert [shape.geometry for shape in ours.features] == [
            shape.geometry for shape in theirs.features
        ]


def test_a_street_has_the_class_of_its_middle():
    # Worked on paper: the time at node (i, j) is 100·(i+j) s and the middle of a street lies 50 s
    # beyond its nearer end: 50, 150, 250 | 350, 450, 550 | 650, 750 s. Of 4·2 streets a diagonal:
    # starting at i+j = 0..7 there are 2, 4, 6, 8, 8, 6, 4, 2 streets. Both streets to the corner
    # that is cut off count from their near end (700 s): 750 s.
    spec = map_spec(made_outcome(), lang="zh")
    lengths = {}
    for feature in layers(spec)["streets"].features:
        degrees = shapely.length(feature.geometry)
        lengths[feature.style] = degrees
    shares = {style: length / sum(lengths.values()) for style, length in lengths.items()}
    assert shares["time.0"] == pytest.approx(12 / 40, abs=0.01)
    assert shares["time.2"] == pytest.approx(22 / 40, abs=0.01)
    assert shares["time.5"] == pytest.approx(6 / 40, abs=0.01)
    assert "time.beyond" not in shares


def test_streets_out_of_reach_are_beyond():
    outcome = made_outcome()
    nowhere = dataclasses.replace(outcome, node_s=np.full(25, np.inf))
    assert [shape.style for shape in layers(map_spec(nowhere, lang="zh"))["streets"].features] == [
        "time.beyond"
    ]


def test_areas_are_drawn_widest_first_so_that_short_walks_lie_on_top(spec):
    sizes = [shapely.area(shape.geometry) for shape in layers(spec)["areas"].features]
    assert sizes == sorted(sizes, reverse=True)
    assert [shape.style for shape in layers(spec)["areas"].features] == [
        "area.5",
        "area.2",
        "area.0",
    ]


def test_a_unit_has_the_class_of_its_share_at_the_longest_limit(spec):
    unit = layers(spec)["coverage_community"].features[0]
    assert unit.style == "share.2"  # 900 of 1200
    assert (
        "15 分钟覆盖\uff0860岁及以上老人\uff09",
        "900 / 1,200 人\uff0875.0%\uff09",
    ) in unit.popup.rows


def test_a_unit_where_nobody_lives_is_not_called_uncovered():
    outcome = made_outcome()
    empty = outcome.tables.coverage.assign(people=0, covered=0, share=np.nan)
    tables = dataclasses.replace(outcome.tables, coverage=empty)
    spec = map_spec(dataclasses.replace(outcome, tables=tables), lang="en")
    unit = layers(spec)["coverage_subdistrict"].features[0]
    assert unit.style == "share.none"
    assert unit.popup.rows[-1][1] == "nobody lives there"


def test_a_facility_shows_kind_services_and_people(spec):
    popup = layers(spec)["kind_care_station"].features[0].popup
    rows = dict(popup.rows)
    assert popup.title == HOSTILE
    assert rows["类别"] == "社区居家养老服务站"
    assert rows["服务内容"] == "养老服务、就餐"
    assert rows["15 分钟内居民"] == "1,500 人"
    assert rows["仅此一处可达的居民"] == "77 人"
    assert rows["改造情况"] == "已提升改造"


def test_what_is_not_known_is_left_out(spec):
    room = layers(spec)["kind_public_room"].features[0].popup
    assert room.title == "\uff08未命名\uff09"
    assert not {"服务内容", "5 分钟内居民", "改造情况"} & set(dict(room.rows))


def test_the_gap_covers_its_homes_and_says_who_lives_there(spec):
    outcome = made_outcome()
    (gap,) = layers(spec)["gaps"].features
    row = outcome.tables.gaps.iloc[0]
    assert shapely.covers(gap.geometry, shapely.Point(row["lon"], row["lat"]))
    rows = dict(gap.popup.rows)
    assert rows["60岁及以上老人"] == "300 人"
    assert rows["原因"] == "没有可步行的道路通达"
    assert "平均步行时间" not in rows


def test_the_site_carries_its_rank_and_gain(spec):
    (site,) = layers(spec)["sites"].features
    assert (site.label, site.style) == ("1", "site")
    rows = dict(site.popup.rows)
    assert rows["新增覆盖\uff0860岁及以上老人\uff09"] == "300 人"
    assert rows["建成后累计覆盖率"] == "100.0%"


def test_only_kinds_that_give_the_main_service_are_shown_at_first(spec):
    shown = {layer.id for layer in spec.layers if layer.shown}
    assert shown == {"areas", "streets", "units", "district", "gaps", "kind_care_station", "sites"}


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", "\uff1b情景\uff1a冰雪\uff0c步速×0.70"),
        ("en", "; scenario: snow and ice, speed × 0.70"),
    ],
)
def test_a_scenario_that_is_on_stands_beside_the_walker(lang, words):
    made = made_outcome()
    snowy = dataclasses.replace(made, settings=dataclasses.replace(made.settings, scenario="snow"))
    assert map_spec(snowy, lang=lang).walker == map_spec(made, lang=lang).walker + words


def test_walker_sources_and_date_stand_on_the_map(spec):
    assert spec.walker == "步行者\uff1a60-79岁老人\uff0c1.00 米/秒\uff0c5/10/15 分钟"
    assert spec.sources[0] == "步行路网\uff1atest\uff08示意\uff09"
    assert all("2024-11-01" in line and "ODbL" in line for line in spec.sources[1:4])
    assert "不作为划界依据" in spec.footer


def test_the_band_is_there_when_data_are_made_and_only_then():
    assert map_spec(made_outcome(), lang="en").band == "示意数据 · made data"
    assert map_spec(made_outcome(synthetic=False), lang="en").band == ""


@pytest.mark.parametrize("minutes", [(15,), (10, 20), (3, 5, 8, 12, 20, 30, 45)])
def test_any_limits_can_be_drawn(minutes):
    spec = map_spec(made_outcome(minutes=minutes), lang="en")
    assert all(shape.style in spec.styles for layer in spec.layers for shape in layer.features)
    assert len(layers(spec)["streets"].legend) == len(minutes) + 1


def test_every_coordinate_has_six_decimals(spec):
    for layer in spec.layers:
        for shape in layer.features:
            places = shapely.get_coordinates(shape.geometry)
            assert np.array_equal(places, places.round(6)), layer.id


def test_the_map_opens_on_the_study_area(spec):
    west, south, east, north = spec.bounds
    border = layers(spec)["district"].features[0].geometry
    assert shapely.bounds(border).tolist() == pytest.approx([west, south, east, north], abs=2e-6)
    assert (west, south) == pytest.approx((120.0, 31.75), abs=1e-5)
