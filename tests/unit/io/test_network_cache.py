"""Built networks are kept, found again, and built afresh whenever anything differs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from geoplan.domain.crs import reproject_xy
from geoplan.errors import InputError
from geoplan.io import network_cache
from geoplan.io.network_cache import cache_folder, cached_network
from geoplan.io.networks import read_network
from tests.unit.io.osm_files import LAT, LON, write_osm
from tests.unit.io.test_network_store import assert_same

CRS = "EPSG:4549"
AREA = shapely.box(LON - 0.1, LAT - 0.1, LON + 0.1, LAT + 0.1)
NODES = {1: (0, 0), 2: (100, 0), 3: (250, 0), 4: (100, -50), 5: (100, 70), 6: (3000, 0)}
WAYS = {
    10: ([1, 2, 3], {"highway": "residential", "name": "延陵东路"}),
    20: ([4, 2, 5], {"highway": "steps"}),
    30: ([3, 6], {"highway": "footway"}),
}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GEOPLAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "networks"


@pytest.fixture
def builds(monkeypatch):
    """Count how often a network is really built."""
    found = []

    def counted(path, **options):
        found.append(path.name)
        return read_network(path, **options)

    monkeypatch.setattr(network_cache, "read_network", counted)
    return found


@pytest.fixture
def town(tmp_path):
    return write_osm(tmp_path / "town.osm", NODES, WAYS)


def test_the_second_reading_is_not_built_and_equals_the_first(cache, builds, town):
    cold = cached_network(town, crs=CRS, area=AREA)
    warm = cached_network(town, crs=CRS, area=AREA)
    assert builds == ["town.osm"]
    assert len(list(cache.iterdir())) == 1
    assert_same(warm, cold)
    assert_same(warm, read_network(town, crs=CRS, area=AREA))


def changed_bytes(town):
    return write_osm(town, NODES, WAYS | {20: ([4, 2, 5], {"highway": "footway"})})


def changed_name(town):
    return town.rename(town.with_name("other.osm"))


@pytest.mark.parametrize("change", [changed_bytes, changed_name])
def test_another_file_is_built(cache, builds, town, change):
    cached_network(town, crs=CRS, area=AREA)
    other = change(town)
    network = cached_network(other, crs=CRS, area=AREA)
    assert len(builds) == 2
    assert_same(network, read_network(other, crs=CRS, area=AREA))


def test_another_system_and_another_area_are_built(cache, builds, town):
    cached_network(town, crs=CRS, area=AREA)
    other = cached_network(town, crs="EPSG:4548", area=AREA)
    near = cached_network(town, crs=CRS, area=shapely.box(LON - 0.1, LAT - 0.1, LON, LAT))
    assert len(builds) == 3
    assert other.crs == "EPSG:4548"
    assert set(near.streets.way_id.tolist()) == {10}


def test_another_builder_builds_again(cache, builds, town, monkeypatch):
    cached_network(town, crs=CRS, area=AREA)
    monkeypatch.setattr(network_cache.pyproj, "proj_version_str", "0.0.0")
    cached_network(town, crs=CRS, area=AREA)
    monkeypatch.setattr(network_cache, "_BUILDERS", network_cache._BUILDERS[:-1])
    cached_network(town, crs=CRS, area=AREA)
    assert len(builds) == 3


def test_every_module_that_a_network_is_built_by_is_in_the_key(town):
    """In a process of its own the readers load no other module of these packages."""
    import subprocess

    script = (
        "import sys; from pathlib import Path; from geoplan.io.networks import read_network; "
        f"read_network(Path({str(town)!r}), crs={CRS!r}); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    loaded = {name for name in done.stdout.decode().split() if name.startswith("geoplan.")}
    modules = {name for name in loaded if name.count(".") > 1}
    say_nothing_of_streets = {
        "geoplan.domain.profiles",
        "geoplan.domain.slope",
        "geoplan.model.reach",
        "geoplan.model.source",
    }
    assert modules - set(network_cache._BUILDERS) == say_nothing_of_streets
    assert modules >= set(network_cache._BUILDERS)


@pytest.mark.parametrize("damage", [b"", b"nonsense" * 20, None])
def test_a_damaged_file_of_the_cache_is_built_again(cache, builds, town, damage):
    cold = cached_network(town, crs=CRS, area=AREA)
    (kept,) = cache.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(bytes([*whole[:-1], whole[-1] ^ 1]) if damage is None else damage)
    assert_same(cached_network(town, crs=CRS, area=AREA), cold)
    assert len(builds) == 2
    assert kept.read_bytes() == whole


def test_a_folder_that_cannot_be_written_to_means_building(tmp_path, monkeypatch, builds, town):
    (tmp_path / "cache").write_text("a file stands where the folder should")
    monkeypatch.setenv("GEOPLAN_CACHE", str(tmp_path / "cache"))
    for _ in range(2):
        assert cached_network(town, crs=CRS, area=AREA).edge_count == 5
    assert len(builds) == 2


def test_a_cache_that_may_only_be_read_is_read(cache, builds, town, monkeypatch):
    cached_network(town, crs=CRS, area=AREA)

    def forbidden(path):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(network_cache.os, "utime", forbidden)
    cached_network(town, crs=CRS, area=AREA)
    assert len(builds) == 1


def test_a_user_without_a_home_builds(monkeypatch, builds, town):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    for name in ("GEOPLAN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(network_cache.Path, "home", homeless)
    assert cached_network(town, crs=CRS, area=AREA).edge_count == 5
    assert len(builds) == 1


def test_a_missing_file_is_a_fault_of_the_input(cache, tmp_path):
    with pytest.raises(InputError, match="no such file"):
        cached_network(tmp_path / "none.osm", crs=CRS, area=AREA)


def test_lines_and_network_files_are_not_kept(cache, tmp_path):
    import geopandas as gpd

    xy = reproject_xy(np.array([[LON, LAT], [LON + 0.01, LAT]]), "EPSG:4490", CRS)
    lines = gpd.GeoDataFrame(geometry=[shapely.LineString(xy)], crs=CRS)
    lines.to_file(tmp_path / "lines.gpkg")
    assert cached_network(tmp_path / "lines.gpkg", crs=CRS, area=AREA).edge_count == 1
    assert not cache.exists()


def test_the_networks_used_longest_ago_make_room(cache, town, monkeypatch):
    areas = [AREA.buffer(step / 100) for step in range(4)]
    for age, area in zip((40, 30, 20), areas, strict=False):
        (new,) = set(_files(cache)) ^ set(_kept_after(cache, town, area))
        os.utime(new, (1e9 - age, 1e9 - age))
    oldest, middle, young = sorted(_files(cache), key=lambda path: path.stat().st_mtime)
    cached_network(town, crs=CRS, area=areas[0])  # used again: now the youngest
    monkeypatch.setattr(network_cache, "MOST_BYTES", 3 * oldest.stat().st_size)
    (new,) = {oldest, middle, young} ^ {*_kept_after(cache, town, areas[3]), middle}
    assert set(_files(cache)) == {oldest, young, new}


def _files(cache):
    return list(cache.iterdir()) if cache.exists() else []


def _kept_after(cache, town, area):
    cached_network(town, crs=CRS, area=area)
    return _files(cache)


def test_a_network_larger_than_the_cache_is_alone_in_it(cache, town, monkeypatch):
    monkeypatch.setattr(network_cache, "MOST_BYTES", 1)
    cached_network(town, crs=CRS, area=AREA)
    cached_network(town, crs="EPSG:4548", area=AREA)
    assert len(_files(cache)) == 1


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"GEOPLAN_CACHE": "/a"}, "/a/networks"),
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/geoplan/networks"),
        ("linux", {"HOME": "/home/u"}, "/home/u/.cache/geoplan/networks"),
        ("linux", {"HOME": "/home/u", "GEOPLAN_CACHE": ""}, "/home/u/.cache/geoplan/networks"),
        ("win32", {"LOCALAPPDATA": "/l"}, "/l/geoplan/networks"),
        ("win32", {"HOME": "/home/u"}, "/home/u/AppData/Local/geoplan/networks"),
    ],
)
def test_the_folder_is_that_of_the_platform(monkeypatch, platform, variables, expected):
    for name in ("GEOPLAN_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(network_cache.sys, "platform", platform)
    assert cache_folder() == Path(expected)


def test_the_suite_keeps_out_of_the_users_cache(cache_of_the_tests):
    assert cache_folder().is_relative_to(cache_of_the_tests)
