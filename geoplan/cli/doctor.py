"""``geoplan doctor``: what is wrong, problem by problem, with the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from geoplan.cli import talk
from geoplan.cli.options import Debug, Lang, OptionalProject

if TYPE_CHECKING:
    from geoplan.io.environment import Diagnosis


def doctor(project: OptionalProject = None, lang: Lang = None, debug: Debug = False) -> None:
    """检查环境和输入,逐项给出办法 · Environment and inputs, problem by problem."""
    del debug  # main() reads it
    found = _diagnoses(project)
    for diagnosis in found:
        print(_line(diagnosis, talk.language(lang)))
    if not all(diagnosis.ok for diagnosis in found):
        raise typer.Exit(3)


def _diagnoses(project: str | None) -> list[Diagnosis]:
    """Return all diagnoses; without a package that is missing no input could be read."""
    from geoplan.io.environment import diagnose_environment

    environment = diagnose_environment()
    if project is None or not all(part.ok for part in environment):
        return environment
    from geoplan.jobs import diagnose

    return diagnose(project)


def _line(diagnosis: Diagnosis, lang: str) -> str:
    state = "bad" if not diagnosis.ok else "advice" if diagnosis.mend else "ok"
    mend = f" → {diagnosis.mend}" if diagnosis.mend else ""
    return f"{talk.word(state, lang)}  {diagnosis.name}: {diagnosis.detail}{mend}"
