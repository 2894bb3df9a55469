"""The drawing of design.md as checks: layers, sizes, public names."""

from __future__ import annotations

import ast
import re
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


WALKING = re.compile(
    r"(^|_)(speed|pace|waits?|penalty|grade|ground_factor|slope)(_|$)", re.IGNORECASE
)
"""Names that hold a number of a walker."""


def _numbers_bound_to_names(tree):
    """Yield every name or key that a number is written to: assigned, defaulted, passed, listed."""
    for node in ast.walk(tree):
        pairs = []
        if isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        elif isinstance(node, ast.AnnAssign | ast.keyword):
            pairs = [(getattr(node, "target", node), node.value)]
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
        elif isinstance(node, ast.arguments):
            plain = [*node.posonlyargs, *node.args]
            pairs = [
                *zip(plain[len(plain) - len(node.defaults) :], node.defaults, strict=True),
                *zip(node.kwonlyargs, node.kw_defaults, strict=True),
            ]
        for target, value in pairs:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            values = value.elts if isinstance(value, ast.Tuple) else [value] * len(names)
            for name, one in zip(names, values, strict=False):
                if _is_number(one):
                    yield _name(name)


def _is_number(node):
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    number = isinstance(inner, ast.Constant) and type(inner.value) in {int, float}
    return number and inner.value != 0  # nothing to wait for is no walking number


def _name(node):
    return str(
        getattr(node, "arg", None)
        or getattr(node, "id", None)
        or getattr(node, "attr", None)
        or getattr(node, "value", "")
    )


def test_a_number_bound_to_a_walking_name_is_found():
    for text in (
        "speed_m_s = 1.2",
        "def f(*, wait_s: float = 30): ...",
        "Profile(speed_m_s=1.0)",
        "x = {'max_grade': 0.08}",
        "_DECAY, _BEST_GRADE = 3.5, -0.05",
    ):
        assert any(WALKING.search(name) for name in _numbers_bound_to_names(ast.parse(text))), text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_walking_number_stands_outside_the_table_of_walkers(path):
    """All of them stand in ``domain/walkers.toml``; code only ever names them."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [name for name in _numbers_bound_to_names(tree) if WALKING.search(name)]
    assert found == []
