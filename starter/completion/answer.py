"""Answers the script that a shell runs when somebody presses Tab."""

import contextlib
import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from starter.completion.outline import Outline, kept_outline
from starter.completion.words import from_books

VARIABLE = "_ACCREDIT_COMPLETE"
"""What the shell's script sets: `complete_bash` or `complete_zsh`. Other shells are answered by typer itself."""


class Asked(NamedTuple):
    """What stands on the command line: the words before the one to complete, and how that one begins."""

    words: list[str]
    begun: str


class Place(NamedTuple):
    """Where on the command line somebody is.

    Attributes:
        command: The command that the words lead to.
        given: How many of its arguments are there already.
        option: The option whose value comes next, if any.
        office: The settings' file that `--office` names.
        demo: Whether `--demo` stands there.
    """

    command: Outline
    given: int
    option: str | None
    office: Path | None
    demo: bool


def answered(environ: Mapping[str, str] = os.environ) -> bool:
    """Answer on standard output, if a shell that is known here asks; say whether it was one.

    Whatever goes wrong, nothing is said: somebody is typing, and an error would stand in the middle of their line.
    """
    ask = {"complete_bash": _bash, "complete_zsh": _zsh}.get(environ.get(VARIABLE, ""))
    if ask is None:
        return False
    with contextlib.suppress(Exception):
        sys.stdout.write(ask(environ))
    return True


def _bash(environ: Mapping[str, str]) -> str:
    words, place = split(environ["COMP_WORDS"]), int(environ["COMP_CWORD"])
    found = completions(Asked(words[1:place], words[place] if place < len(words) else ""))
    return "".join(f"{word}\n" for word, _ in found)


def _zsh(environ: Mapping[str, str]) -> str:
    line = environ["_TYPER_COMPLETE_ARGS"]
    words = split(line)[1:]
    begun = words.pop() if words and not line.endswith(" ") else ""
    return zsh_list(completions(Asked(words, begun)))


def zsh_list(found: Sequence[tuple[str, str]]) -> str:
    """Return words, each with what is said of it, as zsh's completion evaluates them; where there are none: files."""
    told = [f'"{_quoted(word)}"' + (f':"{_quoted(about)}"' if about else "") for word, about in found]
    listed = "\n".join(told)
    return f"_arguments '*: :(({listed}))'" if told else "_files"


def _quoted(text: str) -> str:
    """Return a text as it may stand between double quotes in a list that zsh evaluates within single ones.

    A facility's name may stand there, which somebody outside the office has written: nothing in it may end a quotation.
    """
    for sign, written in (("\\", "/"), ('"', '""'), ("'", "''"), ("$", "\\$"), ("`", "\\`"), (":", r"\\:")):
        text = text.replace(sign, written)
    return text


def split(line: str) -> list[str]:
    """Return the words of a command line as a shell splits it; the last one may lack its closing quote."""
    lexer = shlex.shlex(line, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def completions(asked: Asked) -> list[tuple[str, str]]:
    """Return what can stand there, each with what is said of it; nothing where a file can, which the shell knows."""
    place = _place(kept_outline(), asked.words)
    if place.option:
        return _values(place.command["options"][place.option], asked.begun, place)
    if asked.begun.startswith("-"):
        told = {name: option["help"] for name, option in place.command["options"].items()}
        return _beginning(told, asked.begun)
    if place.command["commands"] and not place.given:
        told = {name: command["help"] for name, command in place.command["commands"].items()}
        return _beginning(told, asked.begun)
    arguments = place.command["arguments"]
    if place.given >= len(arguments) and not (arguments and arguments[-1]["many"]):
        return []
    return _values(arguments[min(place.given, len(arguments) - 1)], asked.begun, place)


def _values(part: Mapping[str, object], begun: str, place: Place) -> list[tuple[str, str]]:
    choices = part["choices"]
    if isinstance(choices, list) and choices:
        return _beginning(dict.fromkeys(choices, ""), begun)
    return from_books(str(part["value"]), begun, place.office, demo=place.demo)


def _beginning(told: Mapping[str, str], begun: str) -> list[tuple[str, str]]:
    return [(word, about) for word, about in told.items() if word.startswith(begun)]


def _place(command: Outline, words: list[str]) -> Place:
    """Follow the words of a command line through the outline."""
    given, office, coming = 0, None, iter(words)
    for word in coming:
        name, equals, value = word.partition("=")
        option = command["options"].get(name) if word.startswith("-") and word != "-" else None
        if option is None:
            if word in command["commands"]:
                command, given = command["commands"][word], 0
            elif not word.startswith("--"):
                given += 1
        elif "value" in option:
            following = value if equals else next(coming, None)
            if following is None:
                return Place(command, given, name, office, "--demo" in words)
            office = Path(following) if name == "--office" else office
    return Place(command, given, None, office, "--demo" in words)
