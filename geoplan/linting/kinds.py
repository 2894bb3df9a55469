"""The linters by kind; each is imported when it is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from geoplan.errors import ConfigError
from geoplan.linting.linter import Linter

KINDS = ("names", "text", "boundaries", "seats", "facilities")


def linter_of(kind: str) -> Linter:
    """Return the linter of a kind.

    Raises
    ------
    ConfigError
        There is no such kind.
    """
    if kind not in KINDS:
        raise ConfigError(f"unknown kind of check {kind!r}; write one of {', '.join(KINDS)}")
    return cast("Linter", import_module(f"geoplan.linting.{kind}").LINTER)
