"""The drawing of design.md as checks: layers, sizes, public names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import geoplan

ROOT = Path(geoplan.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
LONGEST_MODULE, LONGEST_FUNCTION, MOST_PARAMETERS = 350, 50, 6


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LONGEST_MODULE
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            lines = (body[-1].end_lineno - body[0].lineno + 1) if body else 0
            assert lines <= LONGEST_FUNCTION, node.name
            parameters = [*node.args.args, *node.args.kwonlyargs]
            if "cli" not in path.parts:
                assert len([p for p in parameters if p.arg not in {"self", "cls"}]) <= (
                    MOST_PARAMETERS
                ), node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_owns(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", geoplan.__all__)
def test_public_names_exist_and_are_documented(name):
    value = getattr(geoplan, name)
    assert isinstance(value, str) or value.__doc__


def test_no_vague_module_names():
    vague = {"utils", "helpers", "misc", "common", "tools"}
    assert not vague & {path.stem for path in MODULES}


def test_nothing_below_io_takes_a_path():
    for room in ("model", "domain", "stages", "solvers", "checks"):
        for path in (ROOT / room).glob("*.py"):
            assert "pathlib" not in path.read_text(encoding="utf-8"), path
