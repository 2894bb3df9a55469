"""What a path of the project file means."""

from __future__ import annotations

import sys

import pytest

from geoplan.errors import InputError
from geoplan.io.paths import resolve_source


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package that must not be imported, only looked up."""
    home = tmp_path / "site" / "citymaps"
    (home / "maps").mkdir(parents=True)
    (home / "__init__.py").write_text("raise RuntimeError('imported')")
    (home / "maps" / "town.osm.pbf").write_bytes(b"map")
    (tmp_path / "site" / "secret.txt").write_text("not part of the package")
    monkeypatch.syspath_prepend(tmp_path / "site")
    return home


def test_a_plain_path_is_taken_from_the_project_folder(tmp_path):
    (tmp_path / "streets.osm").write_text("")
    assert resolve_source("streets.osm", tmp_path) == (tmp_path / "streets.osm").resolve()


def test_a_file_inside_a_package_is_found_without_importing_it(package, tmp_path):
    found = resolve_source("package:citymaps/maps/town.osm.pbf", tmp_path)
    assert found == (package / "maps" / "town.osm.pbf").resolve()
    assert "citymaps" not in sys.modules


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nowhere.osm", "there is no such file"),
        ("package:citymaps/maps/other.pbf", "there is no such file"),
        ("package:citymaps/../secret.txt", "leaves the package"),
        ("package:no_such_package_here/a.pbf", "pip install no_such_package_here"),
        ("package:os.path/a.pbf", "not installed"),
        ("package:", "not installed"),
    ],
)
def test_what_cannot_be_found_is_said(package, tmp_path, text, message):
    with pytest.raises(InputError, match=message):
        resolve_source(text, tmp_path)
