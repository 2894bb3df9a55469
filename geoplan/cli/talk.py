"""What the commands say on stderr: progress, one-sentence errors, and the reader's language."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from geoplan.cli.options import Language

_WORDS = {
    "zh": {
        "error": "错误:",
        "interrupted": "已中断,没有写出成果",
        "unexpected": "程序意外出错({what});请加 --debug 重新运行,并把输出发给维护者",
        "memory": "内存不足;请关闭其他程序,或缩小研究范围",
        "system": "系统拒绝了操作({what});请检查磁盘和权限",
        "usage": "{what};用法见 geoplan --help",
        "ok": "正常",
        "advice": "建议",
        "bad": "问题",
    },
    "en": {
        "error": "error:",
        "interrupted": "interrupted, no results were written",
        "unexpected": "the program failed unexpectedly ({what}); run it again with --debug and "
        "send the output to the maintainers",
        "memory": "memory ran out; close other programs or study a smaller area",
        "system": "the system refused ({what}); check the disk and the permissions",
        "usage": "{what}; see geoplan --help",
        "ok": "ok",
        "advice": "advice",
        "bad": "problem",
    },
}


def say(text: str) -> None:
    """Write one line to stderr, where talk goes."""
    print(text, file=sys.stderr)


def word(key: str, lang: str, **places: str) -> str:
    """Return a word of the command line in one language."""
    return _WORDS[lang][key].format(**places)


def say_error(sentence: str, lang: str) -> None:
    """Write one sentence about an error, on one line."""
    say(f"{word('error', lang)} {' '.join(sentence.split())}")


def language(chosen: Language | None) -> str:
    """Return the language to talk in: the chosen one, else that of the environment."""
    return chosen.value if chosen is not None else environment_language()


def language_of(arguments: Sequence[str]) -> str:
    """Return the language of a command line that may not even parse."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=True):
        chosen = option.removeprefix("--lang=") if option.startswith("--lang=") else value
        if option.startswith("--lang") and chosen in _WORDS:
            return chosen
    return environment_language()


def environment_language() -> str:
    """Return ``zh`` on a Chinese system, else ``en``."""
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next(filter(None, names), "").lower().startswith("zh") else "en"


@contextmanager
def progress(lang: str) -> Iterator[Callable[[str], None]]:
    """Give a function that shows the running stage; it is silent when stderr is no terminal."""
    if not sys.stderr.isatty():
        yield _quiet
        return
    from rich.console import Console

    from geoplan.views.wording import wording

    words = wording(lang)
    with Console(stderr=True).status("geoplan") as status:
        yield lambda stage: status.update(
            words.text(f"run.{stage}") if words.has(f"run.{stage}") else stage
        )


def _quiet(_stage: str) -> None:
    return None
