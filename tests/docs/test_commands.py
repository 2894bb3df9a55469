"""Every command is in the README and has help; help loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from geoplan.cli.main import app, exit_code

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(typer.main.get_command(app).commands)
HEAVY = (
    "numpy",
    "pandas",
    "geopandas",
    "shapely",
    "scipy",
    "pydantic",
    "folium",
    "osmnx",
    "osmium",
    "networkx",
    "xlsxwriter",
    "rich",
)


def test_the_commands_are_there():
    assert {"run", "reach", "site", "init", "doctor", "fetch"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_readme_lists_the_command(command):
    assert f"`geoplan {command}" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_has_help_in_both_languages(command, capsys):
    assert exit_code([command, "--help"]) == 0
    text = capsys.readouterr().out
    assert " · " in text
    assert any("\u4e00" <= letter <= "\u9fff" for letter in text)
    assert "--lang" in text
    assert "--debug" in text


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"]])
def test_help_loads_nothing_heavy(arguments):
    # typer itself loads pydantic to describe the options of one command
    heavy = [name for name in HEAVY if name != "pydantic" or "run" not in arguments]
    script = (
        "import sys; from geoplan.cli.main import exit_code; "
        f"code = exit_code({arguments!r}); "
        f"print(code, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stderr.strip() == "0 []"


def test_the_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "geoplan", "bogus"],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert "bogus" in done.stderr
