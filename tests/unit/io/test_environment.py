"""The doctor's list is complete, and it says what is missing."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from geoplan.io import environment

PYPROJECT = Path(__file__).parents[3] / "pyproject.toml"


def test_every_dependency_is_looked_at():
    stated = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    assert set(environment.PACKAGES) >= {re.split(r"[<>=!~\[; ]", text)[0] for text in stated}


def test_this_machine_can_run():
    found = {diagnosis.name: diagnosis for diagnosis in environment.diagnose_environment()}
    assert found["python"].ok
    assert found["numpy"].ok
    assert re.match(r"\d+\.", found["numpy"].detail)


def test_a_missing_package_is_named_with_its_mend(monkeypatch):
    def version(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(environment, "version", version)
    found = {diagnosis.name: diagnosis for diagnosis in environment.diagnose_environment()}
    assert not found["osmium"].ok
    assert found["osmium"].mend == "pip install osmium"


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    found = {diagnosis.name: diagnosis for diagnosis in environment.diagnose_environment()}
    assert not found["python"].ok
    assert "3.11" in found["python"].mend


def test_a_folder_that_cannot_be_written(monkeypatch, tmp_path):
    gone = tmp_path / "gone"
    monkeypatch.setattr(Path, "cwd", lambda: gone)
    found = {diagnosis.name: diagnosis for diagnosis in environment.diagnose_environment()}
    assert not found["write access"].ok
    assert "--out" in found["write access"].mend
