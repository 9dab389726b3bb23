"""Every command's help has an example, in one line, that the command takes; those that need nothing are run."""

import re
import shlex
from pathlib import Path

import click
import pytest
import typer
from typer.testing import CliRunner

from sundial.cli import build_app

ROOT = Path(__file__).parents[3]
APP = typer.main.get_command(build_app([]))
EXAMPLE = re.compile(r"^\s*(?:Example: )?((?:[A-Z_]+=\S+ )?sundial .+)$", re.MULTILINE)
ALONE = ("calendar", "judge", "rules", "impact", "import table")
"""Commands whose examples need nothing but the repository."""


def commands(command: click.Command, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every command and group."""
    inner = getattr(command, "commands", {})
    return [path, *(one for name, sub in inner.items() for one in commands(sub, (*path, name)))]


def examples(path: tuple[str, ...]) -> list[str]:
    done = CliRunner().invoke(build_app(list(path)), [*path, "--help"], terminal_width=80)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    return [found[1] for line in lines if (found := EXAMPLE.match(line)) and not line.startswith("Usage")]


def words(example: str) -> list[str]:
    given = shlex.split(example)
    return given[given.index("sundial") + 1 :]


ALL = commands(APP)


@pytest.mark.parametrize("path", ALL, ids=[" ".join(path) or "sundial" for path in ALL])
def test_the_help_has_an_example_that_the_command_takes(
    path: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found = examples(path)
    assert found, "expected `Example: sundial ...`"
    for example in found:
        arguments = words(example)
        assert tuple(arguments[: len(path)]) == path
        command, name = APP, "sundial"
        while hasattr(command, "commands"):  # every option and argument is read, nothing is run
            command, name, arguments = command.commands[arguments[0]], arguments[0], arguments[1:]
        command.make_context(name, arguments)


@pytest.mark.parametrize(
    "example",
    sorted({one for path in ALL if " ".join(path).startswith(ALONE) for one in examples(path)}),
)
def test_an_example_that_needs_nothing_works_as_printed(
    example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    done = CliRunner().invoke(build_app(words(example)), words(example))
    refused_a_row = "import table" in example and done.exit_code == 1
    assert done.exit_code == 0 or refused_a_row, done.output
    assert done.stdout
