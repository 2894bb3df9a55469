"""The network file: the same network back, mapped; and nothing of a damaged one."""

from __future__ import annotations

import hashlib
import json
import mmap
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geoplan.domain.profiles import PROFILES
from geoplan.errors import CrsError, EmptyNetworkError, InputError, OutputError
from geoplan.io.array_file import read_arrays, write_arrays
from geoplan.io.network_store import NETWORK_FILE, read_network_file, write_network
from geoplan.io.networks import read_network
from geoplan.model.network import Barriers
from geoplan.model.streets import Streets
from geoplan.stages.network import walk_costs
from geoplan.stages.reach import search_graph, walking_times
from geoplan.stages.snapping import snap
from tests.towns import network_of, random_network


def town(seed=4):
    """Return a town with every kind of content: names, a barrier of three corners, a gate."""
    wall = shapely.LineString([(0, 0), (5, 5), (9, 0)])
    rail = shapely.LineString([(1, 1), (2, 2)])
    network = random_network(seed)
    count = network.edge_count
    streets = network_of(
        network.node_xy,
        np.column_stack([network.tail, network.head]),
        name=np.array(["延陵东路", "", "Long Road"])[np.arange(count) % 3],
        way_class=np.array(["steps", "footway"])[np.arange(count) % 2],
        incline=np.where(np.arange(count) % 4 == 0, np.nan, 0.05),
        way_id=np.arange(count) * 10**10,
    ).streets
    return replace(
        network,
        streets=streets,
        barriers=Barriers(
            geometry=np.array([wall, rail], dtype=object),
            kind=np.array(["wall", "rail"]),
            name=np.array(["", "沪宁"]),
        ),
        closed_gates=np.array([[3.0, 4.0]]),
        source=replace(network.source, date="2024-05-06", note="© somebody"),
    )


def arrays_of(network):
    """Return every array of a network by name."""
    streets, barriers, incidence = network.streets, network.barriers, network.incidence
    labels = {"classes": streets.classes, "names": streets.names}
    return {
        **{name: getattr(network, name) for name in ("node_xy", "tail", "head", "length_m")},
        "closed_gates": network.closed_gates,
        "bends": network.shapes.xy,
        "bends_start": network.shapes.start,
        **{name: getattr(incidence, name) for name in ("start", "half", "other")},
        **{name: getattr(streets, name) for name in Streets.array_names()},
        **{f"{name}.code": label.code for name, label in labels.items()},
        **{f"{name}.utf8": label.utf8 for name, label in labels.items()},
        "barriers": shapely.to_wkb(barriers.geometry),
        "kind": barriers.kind,
        "name": barriers.name,
    }


def assert_same(got, expected):
    want = arrays_of(expected)
    for name, array in arrays_of(got).items():
        assert array.dtype == want[name].dtype, name
        np.testing.assert_array_equal(array, want[name], err_msg=name)
    assert (got.crs, got.source) == (expected.crs, expected.source)


@pytest.fixture
def stored(tmp_path):
    write_network(town(), tmp_path / "town.walk")
    return tmp_path / "town.walk"


def test_everything_comes_back(stored):
    assert_same(read_network_file(stored, verify=True), town())
    assert_same(read_network(stored), town())


def test_a_bare_network_comes_back(tmp_path):
    bare = network_of([(0, 0), (100, 0)], [(0, 1)])
    write_network(bare, tmp_path / "bare.walk")
    assert_same(read_network_file(tmp_path / "bare.walk", verify=True), bare)


@given(st.integers(0, 2**32 - 1))
def test_random_networks_come_back_and_give_the_same_times(tmp_path_factory, seed):
    network, path = random_network(seed), tmp_path_factory.mktemp("walk") / "n.walk"
    write_network(network, path)
    loaded = read_network_file(path)
    assert_same(loaded, network)
    xy = np.random.default_rng(seed).uniform(0, 500, (6, 2))
    tables = []
    for one in (network, loaded):
        costs = walk_costs(one, PROFILES["elder60"])
        points = snap(one, xy, limit_m=200.0)
        graph = search_graph(one, costs, points)
        tables.append(walking_times(graph, points, limit_s=600.0).seconds.toarray())
    np.testing.assert_array_equal(*tables)


def test_arrays_lie_in_the_mapped_file(stored):
    network = read_network_file(stored)
    for array in (network.node_xy, network.tail, network.streets.way_id, network.incidence.half):
        owner = array
        while isinstance(owner, np.ndarray):
            owner = owner.base
        assert isinstance(owner.obj if isinstance(owner, memoryview) else owner, mmap.mmap)
        assert not array.flags.writeable
        assert array.ctypes.data % 64 == 0


def test_the_same_network_gives_the_same_bytes(stored, tmp_path):
    write_network(read_network_file(stored), tmp_path / "again.walk")
    assert (tmp_path / "again.walk").read_bytes() == stored.read_bytes()


def test_the_layout_is_the_one_that_is_written_down(stored):
    content = stored.read_bytes()
    assert content[:8] == b"GEOPWALK"
    assert int.from_bytes(content[8:12], "little") == NETWORK_FILE.version
    size = int.from_bytes(content[16:24], "little")
    assert int.from_bytes(content[24:32], "little") == len(content)
    assert content[32:64] == hashlib.sha256(content[:32] + content[64:]).digest()
    header = json.loads(content[64 : 64 + size])
    assert header["facts"]["crs"] == "EPSG:4549"
    (tail,) = (one for one in header["arrays"] if one["name"] == "tail")
    begin = -(-(64 + size) // 64) * 64 + tail["offset"]
    got = np.frombuffer(content, tail["type"], tail["shape"][0], begin)
    np.testing.assert_array_equal(got, town().tail)


def refused(path, *, verify=False):
    with pytest.raises(InputError) as error:
        read_network_file(path, verify=verify)
    sentence = str(error.value)
    assert sentence.startswith(str(path))
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("content", [b"", b"GEOP", b"<osm version='0.6'/>", b"PK\x03\x04" * 40])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "other.walk"
    path.write_bytes(content)
    assert "no geoplan network file" in refused(path)


def test_a_missing_file_is_refused(tmp_path):
    assert "cannot be read" in refused(tmp_path / "none.walk")


def test_another_version_is_refused(stored):
    content = bytearray(stored.read_bytes())
    content[8] += 1
    stored.write_bytes(content)
    assert f"version {NETWORK_FILE.version + 1}" in refused(stored)


def test_a_file_cut_short_anywhere_is_refused(stored):
    content = stored.read_bytes()
    for size in [*range(8, 200, 3), *range(200, len(content), 101), len(content) - 1]:
        stored.write_bytes(content[:size])
        assert "damaged" in refused(stored)
    stored.write_bytes(content + b"\0")
    assert "damaged" in refused(stored)


def test_a_changed_byte_anywhere_is_found_on_demand(stored):
    content = stored.read_bytes()
    for at in range(0, len(content), 37):
        changed = bytearray(content)
        changed[at] ^= 0x41
        stored.write_bytes(changed)
        refused(stored, verify=True)


def test_a_changed_byte_never_leads_a_search_out_of_the_arrays(stored):
    """Without the full check a fault is refused in one sentence or leaves every index in range."""
    content, loaded = stored.read_bytes(), 0
    for at in range(64, len(content), 13):
        changed = bytearray(content)
        changed[at] ^= 0x81
        stored.write_bytes(changed)
        try:
            network = read_network_file(stored)
        except InputError:
            continue
        loaded += 1
        nodes, halves = network.node_count, 2 * network.edge_count
        for ends in (network.tail, network.head, network.incidence.other):
            assert 0 <= ends.min() <= ends.max() < nodes
        assert 0 <= network.incidence.half.min() <= network.incidence.half.max() < halves
        assert network.incidence.start[-1] == halves
        assert len(network.streets.name) == len(network.streets.way_class) == network.edge_count
    assert loaded > 0


def header_with(content, change):
    """Return a file whose header was changed, with the sizes and the fingerprint made to fit."""
    size = int.from_bytes(content[16:24], "little")
    header = json.loads(content[64 : 64 + size])
    change(header)
    text = json.dumps(header).encode()
    body = content[-(-(64 + size) // 64) * 64 :]
    inner = text + bytes(-(64 + len(text)) % 64) + body
    prefix = content[:16] + len(text).to_bytes(8, "little")
    prefix += (64 + len(inner)).to_bytes(8, "little")
    return prefix + hashlib.sha256(prefix + inner).digest() + inner


def entry(name, key, value):
    def change(header):
        (found,) = (one for one in header["arrays"] if one["name"] == name)
        found[key] = value

    return change


def test_a_header_that_is_left_alone_still_loads(stored):
    stored.write_bytes(header_with(stored.read_bytes(), lambda header: None))
    assert_same(read_network_file(stored, verify=True), town())


@pytest.mark.parametrize(
    "change",
    [
        entry("tail", "offset", 2**40),
        entry("tail", "offset", 2**70),
        entry("tail", "offset", -64),
        entry("tail", "offset", 4),
        entry("tail", "offset", 0.5),
        entry("tail", "shape", [2**62]),
        entry("tail", "shape", [2**62, 4]),
        entry("tail", "shape", [-1]),
        entry("tail", "shape", [True]),
        entry("tail", "shape", []),
        entry("tail", "shape", "18"),
        entry("tail", "shape", [17]),
        entry("tail", "type", "|O8"),
        entry("tail", "type", "<f4"),
        entry("tail", "type", ["<i4"]),
        entry("tail", "name", "tails"),
        entry("node_xy", "shape", [24]),
        entry("node_xy", "shape", [8, 3]),
        entry("streets.steps", "type", "<i4"),
        lambda header: header["arrays"].pop(),
        lambda header: header.pop("facts"),
        lambda header: header["facts"].pop("crs"),
        lambda header: header["facts"]["source"].pop("name"),
        lambda header: header["facts"].update(source=7),
        lambda header: header["facts"].update(crs=7),
        lambda header: header["facts"].update(crs="EPSG:1"),
        lambda header: header["facts"]["source"].update(date=7),
        lambda header: header.update(arrays=3),
        lambda header: header.update(arrays=[3]),
    ],
)
def test_a_header_that_lies_is_refused_though_its_fingerprint_fits(stored, change):
    stored.write_bytes(header_with(stored.read_bytes(), change))
    assert "damaged" in refused(stored, verify=True)


@pytest.mark.parametrize(
    ("name", "row", "value"),
    [
        ("tail", 0, 10**6),
        ("head", 1, -1),
        ("length_m", 0, np.nan),
        ("length_m", 0, -1.0),
        ("bends.start", 1, 10**6),
        ("incidence.other", 0, 10**6),
        ("incidence.half", 0, 10**6),
        ("incidence.start", 1, -1),
        ("names.code", 0, 200),
        ("names.start", 1, 10**6),
        ("streets.crossing", 0, 9),
        ("barriers.start", 1, 1),
        ("barrier_kinds.code", 0, 200),
    ],
)
def test_an_index_that_leads_nowhere_is_refused(stored, name, row, value):
    content = read_arrays(stored, NETWORK_FILE)
    arrays = {key: array.copy() for key, array in content.arrays.items()}
    arrays[name][row] = value
    write_arrays(stored, NETWORK_FILE, arrays, content.facts)
    assert "damaged" in refused(stored, verify=True)


def test_a_failed_writing_leaves_the_old_file_and_nothing_else(stored, monkeypatch):
    before = stored.read_bytes()

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        write_network(town(9), stored)
    assert stored.read_bytes() == before
    assert list(stored.parent.iterdir()) == [stored]


def test_the_area_keeps_the_streets_that_touch_it(tmp_path):
    corner = np.array([500_000.0, 3_517_000.0])
    pairs = [(0, 1), (2, 3)]
    spots = corner + [(0, 0), (100, 0), (0, 900), (100, 900)]
    write_network(network_of(spots, pairs), tmp_path / "n.walk")
    area = shapely.box(119.99, 31.77, 120.01, 31.7793)
    network = read_network(tmp_path / "n.walk", crs="EPSG:4549", area=area)
    assert network.node_xy.tolist() == spots[:2].tolist()
    assert network.incidence.other.tolist() == [1, 0]
    with pytest.raises(EmptyNetworkError, match=r"n\.walk.*study area"):
        read_network(tmp_path / "n.walk", area=shapely.box(0, 0, 1, 1))


def test_another_system_than_asked_for_is_refused(stored):
    with pytest.raises(CrsError, match=r"EPSG:4549.*geoplan network FILE --crs EPSG:4548"):
        read_network(stored, crs="EPSG:4548")
