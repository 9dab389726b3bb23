"""`sundial serve`: everything in one process, on one data folder, at one address."""

import resource
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sundial.commands._listening import CannotListen, check_tokens, listen, log_to_stderr, run_app, url_of

if TYPE_CHECKING:
    from rich.console import Console

    from sundial.bootstrap import System
    from sundial.settings import Settings


_WORTH_SAYING = 500
"""Events that are still to be judged at the start, from which on progress is shown."""


class _CannotServe(Exception):
    """Something stands in the way; the message says what, and what to do."""


def register(app: typer.Typer) -> None:
    """Add `sundial serve`."""
    app.command("serve")(serve)


def serve(
    data: Annotated[Path | None, typer.Option(help="Data folder; made if it is not there. [data]")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; beyond loopback needs tokens.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: any free one. [8610]")] = None,
    clock: Annotated[
        str | None, typer.Option(help="Start the clock at this instant (2011-12-31T12:00:00+01:00).")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Speed of the clock that --clock starts. [1]")] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Fill an empty folder with a county, and keep it busy.")
    ] = False,
) -> None:
    """Take events, supervise, and answer: one process, nothing to install.

    Example: sundial serve --data data/demo --demo
    """
    from api.identity import BadKey
    from producers.demo import NotTheDemo
    from projections.sink import AheadOfSource
    from projections.statements import StoreError
    from streams.clock import ClockError
    from streams.database import WrongVersion
    from streams.folder import FolderInUse
    from sundial.data_folder import FolderUnusable
    from sundial.settings import BadSettings, load_settings

    try:
        settings = load_settings(data=data, host=host, port=port)
        _serve(settings, "port" in settings.model_fields_set, clock, rate, demo=demo)
    except (
        AheadOfSource,
        BadKey,
        BadSettings,
        ClockError,
        FolderInUse,
        FolderUnusable,
        NotTheDemo,
        StoreError,
        WrongVersion,
        CannotListen,
        _CannotServe,
    ) as error:
        print(f"sundial serve: {error}", file=sys.stderr)
        raise typer.Exit(2) from None


def _serve(
    settings: "Settings", port_stated: bool, clock: str | None, rate: float | None, *, demo: bool
) -> None:
    from sundial.bootstrap import open_system

    log_to_stderr()
    start = None if clock is None else _start(clock, settings.zone)
    listening = listen(settings.host, settings.port, port_stated)
    try:
        system = open_system(settings, start=start, rate=rate, demo=demo)
    except BaseException:
        listening.close()
        raise
    try:
        check_tokens(settings, system.services.tokens)
        system.start()
        url = url_of(listening)
        system.publish(url)
        _greet(system, url)
        _run(system, listening)
    finally:
        system.close()
        listening.close()
    print("Sundial has stopped; everything is on the disk.")


def _start(text: str, zone: str) -> int:
    from zoneinfo import ZoneInfo

    from domain.instants import parse_instant

    try:
        return parse_instant(text, ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        raise _CannotServe(f"--clock: {error}") from None


def _greet(system: "System", url: str) -> None:
    from rich.console import Console

    from domain.instants import format_instant

    console = Console(highlight=False, soft_wrap=True)
    console.print(f"[bold]日晷 Sundial[/bold] listens on [bold cyan]{url}[/bold cyan]")
    setting = system.clock.setting
    kind = "live" if setting.mode == "live" else f"simulated, {setting.rate:g} times real time"
    now = system.clock.now() // 1_000_000 * 1_000_000
    console.print(f"data folder {system.folder.path} · clock {format_instant(now)} ({kind}) · Ctrl+C stops")
    if not (system.services.web / "index.html").is_file():
        console.print("[yellow]The screens are not built; `make web` builds them. The API answers.[/yellow]")
    threading.Thread(target=_show_catching_up, args=(system, console), daemon=True).start()


def _show_catching_up(system: "System", console: "Console") -> None:
    """What lies in the log at the start is judged first; the wall is incomplete until then."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    time.sleep(1)
    begin = system.behind()
    if begin < _WORTH_SAYING:
        return
    columns = (TextColumn("judging what is in the log"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("", total=begin)
        while (left := system.behind()) > 0 and not progress.finished:
            progress.update(bar, completed=max(0, begin - left))
            time.sleep(0.5)
    console.print("everything in the log is judged; the wall is complete")


def _run(system: "System", listening: socket.socket) -> None:
    sys.setswitchinterval(0.001)  # seconds; answers should not wait long for supervisor and sink
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a viewer is an open file
    from api.app import create_app

    app = create_app(system.services)

    run_app(app, listening, app.state.feed.close)
