"""`sundial calendar due | elapsed | show`: questions to a calendar, with no case and no server."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import Console, RenderableType

from domain.calendars import Calendar, CalendarError
from domain.instants import seconds
from domain.limits import Limit, parse_limit
from domain.profile_document import ProfileError
from domain.profiles import Profile, resolve_profile
from sundial import shipped
from sundial.commands._calendar_due import draw_due, due_document, due_of, with_mode
from sundial.commands._calendar_month import draw_month, month_document
from sundial.commands._calendar_source import find_calendar, read_time


class Lang(StrEnum):
    zh = "zh"
    en = "en"


class CountingMode(StrEnum):
    date = "date"
    instant = "instant"


CalendarOption = Annotated[
    str,
    typer.Option(
        "--calendar", metavar="FILE|ID", help="A calendar file (FILE#ID for one of several) or a shipped id."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of the answer for people.")]


def register(app: typer.Typer) -> None:
    """Add `sundial calendar`."""
    group = typer.Typer(
        help=inspect.getdoc(_about),
        no_args_is_help=True,
    )
    group.callback()(_about)
    for name, command, example in _COMMANDS:
        group.command(name, epilog=f"Example: {example}")(command)
    app.add_typer(group, name="calendar")


def _about() -> None:
    """Ask a calendar: when is a limit due, how much open time lies between, how a month looks.

    Example: sundial calendar show --calendar cn --month 2026-02
    """


def due(
    calendar: CalendarOption,
    start: Annotated[
        str,
        typer.Option("--from", metavar="TIME", help="The start; without an offset in the calendar's zone."),
    ],
    limit: Annotated[
        str, typer.Option("--limit", help='Such as "5 working_day", "1 month", "8 working_hour".')
    ],
    mode: Annotated[
        CountingMode | None,
        typer.Option("--mode", help="How working days are counted; default: the profile's."),
    ] = None,
    profile: Annotated[
        str, typer.Option("--profile", metavar="ID", help="The shipped profile whose settings hold.")
    ] = "statute",
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """When a limit is due, and the days that are counted on the way."""
    with _configuration():
        compiled = find_calendar(calendar)
        answer = due_of(
            compiled,
            read_time(start, compiled, "from"),
            with_mode(_checked("limit", lambda: parse_limit(limit)), mode.value if mode else None),
            _profile(profile),
        )
        if as_json:
            _print_json(due_document(compiled, answer))
        else:
            _print(draw_due(compiled, answer, lang.value))


def elapsed(
    calendar: CalendarOption,
    start: Annotated[
        str, typer.Argument(metavar="FROM", help="The start; without an offset in the calendar's zone.")
    ],
    end: Annotated[str, typer.Argument(metavar="TO", help="The end, not included.")],
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Open time, elapsed time and working days between two times."""
    with _configuration():
        compiled = find_calendar(calendar)
        a, b = read_time(start, compiled, "FROM"), read_time(end, compiled, "TO")
        if b < a:
            raise CalendarError("TO", f"a time not before FROM ({start}), not {end}")
        opened, passed = compiled.open_between(a, b), b - a
        days = compiled.working_days(_first_day_from(compiled, a), _first_day_from(compiled, b))
        if as_json:
            _print_json(
                {"open_seconds": seconds(opened), "elapsed_seconds": seconds(passed), "working_days": days}
            )
        elif lang is Lang.zh:
            _print(f"开放时间  {_duration(opened)}\n经过时间  {_duration(passed)}\n工作日    {days} 天")
        else:
            _print(f"open      {_duration(opened)}\nelapsed   {_duration(passed)}\nworking   {days} days")


def show(
    calendar: CalendarOption,
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month to draw.")],
    as_json: JsonOption = False,
    lang: LangOption = Lang.zh,
) -> None:
    """Draw a month: open days, holidays by name, make-up days."""
    with _configuration():
        compiled = find_calendar(calendar)
        match = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", month)
        if match is None:
            raise CalendarError("month", f"a month such as 2026-02, not {month!r}")
        year, number = int(match[1]), int(match[2])
        if as_json:
            _print_json(month_document(compiled, year, number))
        else:
            _print(draw_month(compiled, year, number, lang.value))


_COMMANDS: tuple[tuple[str, Callable[..., None], str], ...] = (
    ("due", due, 'sundial calendar due --calendar cn --from 2026-02-12T10:00 --limit "5 working_day"'),
    ("elapsed", elapsed, "sundial calendar elapsed --calendar cn 2026-02-12T10:00 2026-02-26T17:00"),
    ("show", show, "sundial calendar show --calendar cn --month 2026-02"),
)


def _first_day_from(calendar: Calendar, instant: int) -> int:
    """The first day whose 00:00 is not before the instant."""
    day = calendar.day_of(instant)
    return day if calendar.day_start(day) == instant else day + 1


def _profile(name: str) -> Profile:
    try:
        return resolve_profile(shipped.profile_chain(name))
    except LookupError as error:
        raise CalendarError("profile", str(error.args[0])) from None
    except ProfileError as error:
        raise CalendarError(f"profile {name}, {error.path}", error.expected) from None


def _checked(place: str, read: Callable[[], Limit]) -> Limit:
    try:
        return read()
    except ValueError as error:
        raise CalendarError(place, str(error).removeprefix("expected ")) from None


@contextmanager
def _configuration() -> Iterator[None]:
    """A configuration error is exit 2 with its message on stderr."""
    try:
        yield
    except (CalendarError, OSError) as error:
        typer.echo(f"sundial calendar: {error}", err=True)
        raise typer.Exit(2) from None


def _duration(microseconds: int) -> str:
    whole = microseconds // 1_000_000
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _print(answer: RenderableType) -> None:
    Console(highlight=False).print(answer)


def _print_json(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))
