"""Ids and units that a planner writes: found, or told what stands nearby."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geoplan.errors import ConfigError
from geoplan.model.places import Boundaries
from geoplan.model.siting import Candidates
from geoplan.stages.siting_names import candidate_positions, subdistrict_floors
from tests.towns import CRS, SOURCE

IDS = ("room:F0012", "room:F0013", "upgrade:F0100", "street:0_0", "street:100_0", "street:900_0")


def _candidates(ids=IDS):
    return Candidates(
        id=np.array(ids, dtype=np.str_),
        name=np.full(len(ids), ""),
        origin=np.array([one.partition(":")[0] for one in ids], dtype=np.str_),
        xy=np.array([(position * 100.0, 0.0) for position in (0, 1, 2, 0, 1, 9)])[: len(ids)],
        price=np.zeros(len(ids)),
    )


def _boundaries(*subdistricts):
    rows = [("3", "区", "district", ""), *((*one, "subdistrict", "3") for one in subdistricts)]
    code, name, level, parent = (np.array(column) for column in zip(*rows, strict=True))
    return Boundaries(
        code=code,
        name=name,
        level=level,
        parent=parent,
        geometry=np.array([shapely.box(0, 0, 1, 1)] * len(rows), dtype=object),
        made=np.ones(len(rows), dtype=bool),
        crs=CRS,
        source=SOURCE,
    )


TOWN = _boundaries(("31", "红梅街道"), ("32", "茶山街道"), ("33", "青龙街道"))


def test_ids_become_ascending_rows_each_once():
    found = candidate_positions(
        _candidates(), ("street:0_0", "room:F0013", "street:0_0"), key="required"
    )
    assert (found.tolist(), found.dtype) == ([1, 3], np.int32)
    assert candidate_positions(_candidates(), (), key="banned").size == 0


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ("room:F012", ("siting.required", "'room:F012'", "near ones: room:F0012")),
        ("street:120_0", ("near ones: street:100_0, street:0_0, street:900_0",)),
        ("idle:castle", ("none is near", "room:F0012", "layers.gpkg")),
    ],
)
def test_an_unknown_id_names_near_ones_and_what_ids_look_like(wanted, words):
    with pytest.raises(ConfigError) as caught:
        candidate_positions(_candidates(), ("room:F0012", wanted), key="required")
    for word in words:
        assert word in str(caught.value)


def test_a_corner_is_not_looked_for_where_no_street_is_a_candidate():
    with pytest.raises(ConfigError, match="none is near"):
        candidate_positions(_candidates(IDS[:1]), ("street:1_1",), key="banned")


def test_a_floor_by_name_or_code_goes_before_the_one_for_all():
    shares = subdistrict_floors(TOWN, 0.5, {"茶山街道": 0.8, "33": 0.0})
    assert shares.tolist() == [0.5, 0.8, 0.0]
    assert subdistrict_floors(TOWN, 0.0, {}).tolist() == [0.0, 0.0, 0.0]
    assert subdistrict_floors(_boundaries(), 0.5, {}).size == 0


@pytest.mark.parametrize(
    ("floors", "words"),
    [
        ({"茶山": 0.8}, "'茶山'; choose of 茶山街道"),
        ({"区": 0.8}, "no subdistrict has the name or code '区'"),
        ({"xyz": 0.8}, "choose of 红梅街道, 茶山街道, 青龙街道"),
        ({"茶山街道": 0.8, "32": 0.7}, "twice, as '茶山街道' and '32'"),
    ],
)
def test_a_wrong_floor_is_told(floors, words):
    with pytest.raises(ConfigError) as caught:
        subdistrict_floors(TOWN, 0.0, floors)
    assert words in str(caught.value)


def test_one_name_of_two_subdistricts_asks_for_the_code():
    twins = _boundaries(("31", "新城街道"), ("32", "新城街道"))
    with pytest.raises(ConfigError, match="write the code instead"):
        subdistrict_floors(twins, 0.0, {"新城街道": 0.5})
    assert subdistrict_floors(twins, 0.0, {"32": 0.5}).tolist() == [0.0, 0.5]


def test_floors_without_subdistricts_are_refused():
    with pytest.raises(ConfigError, match="hold no subdistrict"):
        subdistrict_floors(_boundaries(), 0.0, {"茶山街道": 0.5})
