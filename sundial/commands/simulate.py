"""`sundial simulate`: a synthetic county, into a file or to a running Sundial, live or accelerated."""

import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from domain.events import Event


def register(app: typer.Typer) -> None:
    """Add `sundial simulate`."""
    app.command("simulate")(simulate)


def simulate(
    seed: Annotated[int, typer.Option(help="The same seed plays the same county.")] = 1,
    start: Annotated[
        str | None, typer.Option(help="First instant, such as 2026-06-01T00:00:00+08:00; default: now.")
    ] = None,
    days: Annotated[float, typer.Option(min=0.001, help="For how long, in days of the county.")] = 7,
    cases_per_day: Annotated[
        float, typer.Option(min=1, help="Cases of all halls together on a working day.")
    ] = 130,
    to: Annotated[Path | None, typer.Option(help="Write events as JSON lines; - is standard output.")] = None,
    url: Annotated[str | None, typer.Option(help="Post to a running Sundial, http://127.0.0.1:8610.")] = None,
    rate: Annotated[float, typer.Option(min=0.001, help="With --url: times as fast as life; 1 is live.")] = 1,
    token_file: Annotated[
        Path | None,
        typer.Option(help="With --url: file of a token that may speak for all halls.", exists=True),
    ] = None,
) -> None:
    """Play a synthetic county: 36 halls, 42 items, from a seed.

    To a file every event stands with its own recorded time. To a server each is sent when its time comes.

    Example: sundial simulate --start 2026-06-01T00:00:00+08:00 --days 7 --to county.jsonl
    """
    from domain.instants import format_instant, from_datetime, parse_instant

    if (to is None) == (url is None):
        raise typer.BadParameter("expected either --to FILE or --url URL")
    try:
        begin = parse_instant(start) if start else from_datetime(datetime.now(UTC))
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--start") from None
    until = begin + int(timedelta(days=days) / timedelta(microseconds=1))
    events = _county_events(seed, begin, until, cases_per_day)
    if to is not None:
        count = _write(to, events)
    else:
        assert url is not None
        count = _post(url, events, begin, rate, token_file.read_text().strip() if token_file else None)
    typer.echo(
        f"{count:,} events, {format_instant(begin)} to {format_instant(until)}, seed {seed}.", err=True
    )


def _county_events(seed: int, begin: int, until: int, cases_per_day: float) -> Iterator["Event"]:
    from producers.county import load_county, reference_events
    from producers.simulator import pick_silence, traffic
    from sundial.shipped import holiday_sets

    county = load_county()
    yield from reference_events(county, begin)
    silence = pick_silence(county, seed, begin, until)
    yield from traffic(county, holiday_sets(), seed, begin, until, cases_per_day, silence)


def _write(to: Path, events: Iterator["Event"]) -> int:
    from domain.events import encode_event

    count = 0
    try:
        target = sys.stdout.buffer if str(to) == "-" else to.open("wb")
    except OSError as error:
        raise typer.BadParameter(f"{to} cannot be written: {error.strerror}", param_hint="--to") from None
    with target as file:
        for event in events:
            file.write(encode_event(event) + b"\n")
            count += 1
    return count


def _post(url: str, events: Iterator["Event"], begin: int, rate: float, token: str | None) -> int:
    """Send events as their time comes by a clock that starts now at `begin`. Ends early on Ctrl-C."""
    from producers.playing import play
    from producers.posting import Poster, PostingFailed
    from streams.clock import ClockSetting, SettingClock, machine_time

    clock = SettingClock(ClockSetting("simulated", begin, machine_time(), rate))
    poster = Poster(url, token=token)
    count = 0
    try:
        with suppress(KeyboardInterrupt):
            for batch in play(events, clock, threading.Event()):
                for result in poster(batch):
                    count += result.status == "accepted"
                    if result.status == "refused":
                        typer.echo(f"refused {result.id}: {result.reason}", err=True)
    except PostingFailed as error:
        typer.echo(f"sundial simulate: {error}", err=True)
        raise typer.Exit(2) from None
    finally:
        poster.close()
    return count
