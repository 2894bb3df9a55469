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
    """Jupytext turns the script into a notebook and executes it; a failing cell fails the run."""
    target = tmp_path / f"{path.stem}.ipynb"
    command = [sys.executable, "-m", "jupytext", "--to", "ipynb", "--execute"]
    done = subprocess.run(
        [*command, "--run-path", str(tmp_path), "--output", str(target), str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert '"image' in target.read_text() or '"text/html"' in target.read_text()
    assert (tmp_path / "outputs" / "notebook" / "map.html").is_file()
