"""Opening a project: its file, its folder, and where its inputs are; nothing is read yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geoplan.config import ProjectFile, parse_project
from geoplan.errors import ConfigError
from geoplan.io.paths import resolve_source, sample_project
from geoplan.io.targets import read_targets, target_file
from geoplan.model.targets import Edition, Target

PROJECT_FILE = "geoplan.toml"


@dataclass(frozen=True, slots=True)
class Project:
    """A project file and the folder that its paths are written against."""

    folder: Path
    file: ProjectFile

    def source(self, text: str) -> Path:
        """Return the file that a path of the project file means."""
        return resolve_source(text, self.folder)

    def source_to_write(self, text: str) -> Path:
        """Return where a file of the project is to be written, inside the project folder.

        Raises
        ------
        ConfigError
            The path leaves the project folder.
        """
        target = (self.folder / text).resolve()
        if not target.is_relative_to(self.folder):
            raise ConfigError(f"{text!r} leaves the project folder; name a file inside it")
        return target

    def sources(self) -> dict[str, Path]:
        """Return every input file by role."""
        named = {
            "boundaries": self.file.area.boundaries,
            "demand": self.file.demand.path,
            "facilities": self.file.facilities.path,
            "network": self.file.network.path,
            "barriers": self.file.network.barriers,
            "reported": self.file.reported.path,
            "banned_areas": self.file.siting.banned_areas,
        }
        files = {role: self.source(text) for role, text in named.items() if text is not None}
        sets = {f"targets {text}": self.target_file(text) for text in self._target_sets()}
        return files | sets | self.check_sources()

    def check_sources(self) -> dict[str, Path]:
        """Return every file of ``[check]`` by role."""
        check = self.file.check
        named = {
            "names": check.names,
            "seats": check.seats,
            "rules": check.rules,
            "accept": check.accept,
            **{f"text {number}": text for number, text in enumerate(check.texts, start=1)},
            **check.companions,
        }
        return {
            f"check {role}": self.source(text) for role, text in named.items() if text is not None
        }

    def target_file(self, text: str) -> Path:
        """Return the file of a named set of targets, or of the project's own."""
        return target_file(text, self.folder)

    def _target_sets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.file.scorecard.targets))

    def targets(self) -> tuple[Target, ...]:
        """Return the targets of all sets that the project names, in their order.

        Raises
        ------
        TargetError
            A set is not there or holds something that is no target.
        """
        sets = [read_targets(self.target_file(text)) for text in self._target_sets()]
        return tuple(target for one in sets for target in one.targets)

    def edition(self) -> Edition:
        """Return which state of the data the inputs are."""
        return Edition(self.file.scorecard.edition, self.file.scorecard.date)


def open_project(project: str | Path | None = None) -> Project:
    """Return the project in a folder or file; None opens the embedded Tianning sample.

    Raises
    ------
    ConfigError
        There is no project file, or it has an unknown key or an impossible value.
    """
    path = sample_project() if project is None else Path(project)
    file = path / PROJECT_FILE if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(
            f"{file}: there is no project file; make one with 'geoplan init DIR'"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: the project file cannot be read as UTF-8 text") from error
    return Project(folder=file.parent.resolve(), file=parse_project(text, where=str(file)))
