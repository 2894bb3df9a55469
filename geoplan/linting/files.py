"""The files that steer a check: rules and accepted exceptions."""

from __future__ import annotations

from pathlib import Path

from geoplan.config.rule_files import parse_acceptances, parse_rules
from geoplan.domain.rules import rulebook
from geoplan.errors import ConfigError
from geoplan.model.rules import Acceptance, Rulebook


def read_rules(path: Path | None) -> Rulebook:
    """Return the rulebook with the changes of a rules file; None leaves it as it ships.

    Raises
    ------
    ConfigError
        The file is not there, not TOML, or names something that the rulebook does not have.
    """
    return rulebook() if path is None else parse_rules(_content(path), where=path.name)


def read_acceptances(path: Path | None) -> tuple[Acceptance, ...]:
    """Return the exceptions of a file, none for None.

    Raises
    ------
    ConfigError
        The file is not there, not TOML, or an entry lacks its reason or date.
    """
    return () if path is None else parse_acceptances(_content(path), where=path.name)


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: there is no such file; correct the path") from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path.name}: the text is not UTF-8; save it again in that encoding"
        ) from error
    except OSError as error:
        raise ConfigError(
            f"{path}: the file cannot be read ({error.strerror or error}); correct the path"
        ) from error
