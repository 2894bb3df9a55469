"""Every notebook runs from top to bottom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.py"))


@pytest.mark.notebook
@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, tmp_path):
    """Jupytext turns the script into a notebook; a cell that fails fails the run."""
    target = tmp_path / f"{path.stem}.ipynb"
    jupytext = [sys.executable, "-m", "jupytext", "--to", "ipynb", "--output", str(target)]
    execute = [str(Path(sys.executable).with_name("jupyter-execute")), "--inplace", str(target)]
    for command in ([*jupytext, str(path)], execute):
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
    assert '"text/html"' in target.read_text(encoding="utf-8")
    made = sorted(path.name for path in tmp_path.iterdir() if path != target)
    assert made == (["outputs"] if path.stem == "start_here" else [])
    if made:
        assert (tmp_path / "outputs" / "notebook" / "map.html").is_file()
