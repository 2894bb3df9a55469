"""The whole error tree; a message says what, where (file, row, id) and what to do.

GeoplanError
├─ ConfigError(ValueError)    unknown key, impossible value                    exit 3
├─ InputError(ValueError)     the data cannot be used                          exit 3
│   ├─ SchemaError            a column or a value is missing or impossible
│   ├─ CrsError               the coordinate system is unknown or unusable
│   ├─ DatumError             the datum is not declared or is contradicted
│   ├─ DuplicateIdError       two rows carry one id
│   ├─ TargetError            a target does not fit its indicator
│   └─ EmptyInputError        nothing is left to work on
├─ SourceError(OSError)       a source of streets did not answer               exit 4
│   ├─ OsmUnavailableError
│   └─ CacheMissError
├─ NetworkError(ValueError)   the street network cannot be used                exit 4
│   ├─ EmptyNetworkError
│   └─ NoWayError            no walk leads there, or none within the limit
├─ SolverError(RuntimeError)  the optimisation did not end as asked            exit 5
│   ├─ InfeasibleError        names the people who cannot be served
│   └─ TimeLimitError         carries the best plan and its bound
└─ OutputError(OSError)       results could not be written                     exit 3
"""

from __future__ import annotations

from collections.abc import Sequence


class GeoplanError(Exception):
    """Every error that geoplan raises on purpose; ``exit_code`` is what the command returns."""

    exit_code = 3


class ConfigError(GeoplanError, ValueError):
    """The project file has an unknown key or an impossible value."""


class InputError(GeoplanError, ValueError):
    """The data cannot be used as they are."""


class SchemaError(InputError):
    """A column is missing or a value is impossible."""


class CrsError(InputError):
    """The coordinate reference system is unknown, unset or unusable here."""


class DatumError(InputError):
    """The datum is not declared, or the data contradict it."""


class DuplicateIdError(InputError):
    """Two rows carry the same id."""


class TargetError(InputError):
    """A target or a reported figure does not fit its indicator: unknown, or in another unit."""


class EmptyInputError(InputError):
    """Nothing is left to work on."""


class SourceError(GeoplanError, OSError):
    """A source of streets did not answer."""

    exit_code = 4


class OsmUnavailableError(SourceError):
    """No OpenStreetMap server answered the query."""


class CacheMissError(SourceError):
    """The run is offline and the file that it needs is not there."""


class NetworkError(GeoplanError, ValueError):
    """The street network cannot be used."""

    exit_code = 4


class EmptyNetworkError(NetworkError):
    """No walkable street is left."""


class NoWayError(NetworkError):
    """No walk leads from one place to the other, or none within the limit."""


class SolverError(GeoplanError, RuntimeError):
    """The optimisation did not end as asked."""

    exit_code = 5


class InfeasibleError(SolverError):
    """No plan satisfies the rules.

    ``people`` are the demand ids that no candidate can serve, ``rules`` the sentences of rules
    that contradict each other: without any one of them there is a plan. One of the two is empty.
    """

    def __init__(self, message: str, people: Sequence[str] = (), rules: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.people = tuple(people)
        self.rules = tuple(rules)


class TimeLimitError(SolverError):
    """The time limit came first; ``best`` and ``bound`` are what is known."""

    def __init__(self, message: str, best: float, bound: float) -> None:
        super().__init__(message)
        self.best = best
        self.bound = bound


class OutputError(GeoplanError, OSError):
    """Results could not be written; whatever stood in the folder before still does."""
