"""The command ``geoplan``: it parses, calls a job and talks.

stdout is the result, stderr is talk. Exit codes: 0 clean, 1 findings of severity error, 2 usage,
3 input, settings or output (also when memory or the system refuses), 4 streets or network,
5 solver, 70 a fault of the program itself (``EX_SOFTWARE``), 130 interrupted.
"""

from __future__ import annotations

import io
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from geoplan import __version__
from geoplan.cli import (
    check,
    diff,
    doctor,
    fetch,
    init,
    network,
    reach,
    rules,
    run,
    site,
    talk,
    whatif,
)
from geoplan.errors import GeoplanError

FAULT_OF_THE_PROGRAM, INTERRUPTED = 70, 130

_ParseError = typer.BadParameter.__mro__[2]
"""The base of everything that parsing raises; typer carries its own copy of click since 0.2x."""

app = typer.Typer(
    name="geoplan",
    help="一刻钟养老服务圈规划 · 15-minute walking service circles, gaps and proven sites.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("reach")(reach.reach)
app.command("site")(site.site)
app.command("whatif")(whatif.whatif)
app.command("check")(check.check)
app.command("diff")(diff.diff)
app.command("rules")(rules.rules)
app.command("init")(init.init)
app.command("doctor")(doctor.doctor)
app.command("fetch")(fetch.fetch)
app.command("network")(network.network)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"geoplan {__version__}")
        raise typer.Exit


Version = Annotated[
    bool, typer.Option("--version", help="版本 · the version", callback=_version, is_eager=True)
]


@app.callback()
def geoplan(version: Version = False) -> None:
    """一刻钟养老服务圈规划 · 15-minute walking service circles, gaps and proven sites."""
    del version


def main() -> None:
    """Run the command line of this process and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a Chinese Windows console writes GBK, which lacks some letters of place names
            stream.reconfigure(errors="replace")
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: Sequence[str]) -> int:
    """Return the exit code of a command line; every error is one sentence on stderr."""
    try:
        return _invoke(list(arguments) or ["--help"])
    except Exception as error:  # noqa: BLE001  the last door: a planner never sees a traceback
        code, sentence = _verdict(error, talk.language_of(arguments))
        if "--debug" in arguments:
            traceback.print_exception(error, file=sys.stderr)
        talk.say_error(sentence, talk.language_of(arguments))
        return code
    except KeyboardInterrupt:
        return _interrupted(arguments)


def _invoke(arguments: list[str]) -> int:
    try:
        code = app(arguments, standalone_mode=False, prog_name="geoplan")
    except typer.Abort:
        return _interrupted(arguments)
    if code == INTERRUPTED:  # typer swallows Ctrl-C itself since 0.2x, older ones raise Abort
        return _interrupted(arguments)
    return code if isinstance(code, int) else 0


def _interrupted(arguments: Sequence[str]) -> int:
    talk.say(talk.word("interrupted", talk.language_of(arguments)))
    return INTERRUPTED


def _verdict(error: Exception, lang: str) -> tuple[int, str]:
    """Return the exit code and the sentence of an error."""
    if isinstance(error, GeoplanError):
        return error.exit_code, str(error)
    if isinstance(error, _ParseError):
        what = getattr(error, "format_message", error.__str__)().rstrip(".")
        return 2, talk.word("usage", lang, what=what)
    if isinstance(error, MemoryError):
        return GeoplanError.exit_code, talk.word("memory", lang)
    what = f"{type(error).__name__}: {error}"
    if isinstance(error, OSError):
        return GeoplanError.exit_code, talk.word("system", lang, what=what)
    return FAULT_OF_THE_PROGRAM, talk.word("unexpected", lang, what=what)
