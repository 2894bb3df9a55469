"""Where the files of a project are: beside its project file, or inside an installed package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from geoplan.errors import InputError

PACKAGE = "package:"


def resolve_source(text: str, folder: Path) -> Path:
    """Return the file that a path of a project file means.

    ``package:NAME/inner/path`` is a file that ships inside an installed Python package, which is
    looked up and not imported; anything else is taken from the project folder.

    Raises
    ------
    InputError
        The package is not installed, or the file is not there.
    """
    if not text.startswith(PACKAGE):
        path = (folder / text).resolve()
    else:
        name, _, inner = text.removeprefix(PACKAGE).partition("/")
        spec = find_spec(name) if name.isidentifier() else None
        if spec is None or spec.origin is None:
            raise InputError(
                f"{text}: the package {name!r} is not installed; install it with "
                f"'pip install {name}'"
            )
        home = Path(spec.origin).resolve().parent
        path = (home / inner).resolve()
        if not path.is_relative_to(home):
            raise InputError(f"{text}: the path leaves the package; name a file inside it")
    if not path.is_file():
        raise InputError(f"{path}: there is no such file; correct the path in geoplan.toml")
    return path


def sample_project() -> Path:
    """Return the folder of the embedded sample: inside the wheel, or ``data/`` of a checkout."""
    home = Path(__file__).resolve().parents[1]
    for folder in (home / "sample", home.parent / "data"):
        if (folder / "geoplan.toml").is_file():
            return folder
    raise InputError("the embedded sample is missing; install geoplan again")
