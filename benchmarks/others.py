"""The other benchmarks of this folder, run from ``reach.py`` so that one command says it all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
QUESTIONS = (
    ("Service areas beside the OSMnx recipe, the sample", ("areas.py", "sample")),
    ("Service areas beside the OSMnx recipe, Helsinki", ("areas.py", "examples/helsinki")),
    ("Building, holding and loading a network", ("network.py",)),
)


def said_by_others() -> list[str]:
    """Return what the other benchmarks print, each under its title; one that fails says why."""
    lines = []
    for title, (script, *arguments) in QUESTIONS:
        if (HERE / script).is_file():
            lines += [f"### {title}", "", *_lines(script, arguments), ""]
    return lines


def _lines(script: str, arguments: list[str]) -> list[str]:
    done = subprocess.run(  # noqa: S603  our own scripts
        [sys.executable, str(HERE / script), *arguments],
        cwd=HERE.parent,
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        why = (done.stderr.strip() or f"exit code {done.returncode}").splitlines()[-1]
        return [f"{script} failed: {why}"]
    return [f"{line}  " for line in done.stdout.splitlines()]
