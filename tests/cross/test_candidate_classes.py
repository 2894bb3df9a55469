"""Classes, costs and banned areas of a whole project, from its files to the places on offer."""

from __future__ import annotations

import numpy as np
import pyogrio
import shapely

from geoplan.jobs import diagnose, load_inputs, open_project, run_project, site_project
from geoplan.model.site_study import StudyRequest
from geoplan.stages.candidates import place_candidates
from geoplan.stages.siting_names import candidate_positions
from geoplan.stages.spacing import near_pairs
from tests.siting_town import quiet, town


def recommended(folder):
    report = site_project(str(folder), {"new": 3}, StudyRequest(margins=False), progress=quiet)
    return report.study.recommendations


def offered(folder):
    """Return the candidates when nobody is served yet, and the rules."""
    opened = open_project(folder)
    inputs = load_inputs(opened, progress=quiet)
    rules = opened.file.siting_rules()
    weight = inputs.demand.of("60+").astype(np.float64)
    return place_candidates(inputs, rules, weight, reach_m=2_000.0), rules


def test_the_places_of_a_project_have_their_class_and_cost(tmp_path):
    candidates, _ = offered(town(tmp_path, siting="cost = { party_center = 11.0 }"))
    known = [one for one in candidates.id.tolist() if not one.startswith("street:")]
    assert known == ["room:f2", "party_center:p1", "party_center:p2", "idle:i1"]
    assert candidates.price[:4].tolist() == [10.0, 11.0, 25.0, 30.0]
    assert (candidates.price[4:] == 150.0).all()


def test_a_banned_area_of_a_file_takes_its_places_off_the_list(tmp_path):
    east = shapely.box(690, -100, 1300, 1300)
    folder = town(tmp_path, siting='banned_areas = "banned.geojson"', banned=east)
    candidates, _ = offered(folder)
    assert [one for one in candidates.id.tolist() if one[:6] != "street"] == ["idle:i1"]
    assert candidates.id.size > 1
    assert (candidates.xy[:, 0] < 500_000 + 690).all()
    sites = recommended(folder)
    assert len(sites) == 3
    assert set(sites["site_id"]) <= set(candidates.id.tolist())
    free = recommended(town(tmp_path / "free"))
    assert not set(free["site_id"]) <= set(candidates.id.tolist())


def test_a_run_names_the_banned_areas_among_its_inputs_and_tells_every_cost(tmp_path):
    spot = shapely.box(940, 440, 960, 460)
    folder = town(tmp_path, siting='banned_areas = "banned.geojson"', banned=spot)
    run_project(str(folder), out=tmp_path / "out", lang="zh", progress=quiet)
    assert '"banned_areas"' in (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    layer = pyogrio.read_dataframe(tmp_path / "out" / "layers.gpkg", layer="candidates")
    cost = dict(zip(layer["site_id"], layer["cost"], strict=True))
    assert cost["party_center:p2"] == 25.0
    assert "party_center:p1" not in cost


def test_the_doctor_reads_the_banned_areas(tmp_path):
    folder = town(tmp_path, siting='banned_areas = "banned.geojson"')
    found = {one.name: one for one in diagnose(str(folder))}
    assert not found["banned_areas"].ok
    town(tmp_path, siting='banned_areas = "banned.geojson"', banned=shapely.box(0, 0, 9, 9))
    found = {one.name: one for one in diagnose(str(folder))}
    assert (found["banned_areas"].ok, found["banned_areas"].detail) == (True, "1 areas")


def test_places_of_the_project_file_are_found_and_kept_apart(tmp_path):
    wishes = 'required = ["party_center:p2"]\nbanned = ["idle:i1", "room:f2"]\nmin_spacing_m = 250'
    candidates, rules = offered(town(tmp_path, siting=wishes))
    required = candidate_positions(candidates, rules.required, key="required")
    banned = candidate_positions(candidates, rules.banned, key="banned")
    assert candidates.id[required].tolist() == ["party_center:p2"]
    assert candidates.id[banned].tolist() == ["room:f2", "idle:i1"]
    pairs = near_pairs(candidates.xy, rules.min_spacing_m)
    apart = np.hypot(*(candidates.xy[pairs[:, 0]] - candidates.xy[pairs[:, 1]]).T)
    assert len(pairs) > 0
    assert (apart < 250).all()
    stations = np.array([(150, 150), (650, 950)]) + (500_000, 3_517_000)
    away = np.hypot(*(candidates.xy[:, None] - stations).transpose(2, 0, 1))
    assert (away >= 250).all()
