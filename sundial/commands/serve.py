"""`sundial serve`: everything in one process, on one data folder, at one address."""

import errno
import resource
import signal
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
    """Take events, supervise, and answer: one process, nothing to install."""
    from api.identity import BadKey
    from producers.demo import NotTheDemo
    from projections.sink import AheadOfSource
    from projections.store import StoreError
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
        _CannotServe,
    ) as error:
        print(f"sundial serve: {error}", file=sys.stderr)
        raise typer.Exit(2) from None


def _serve(
    settings: "Settings", port_stated: bool, clock: str | None, rate: float | None, *, demo: bool
) -> None:
    from sundial.bootstrap import open_system

    _log_to_stderr()
    start = None if clock is None else _start(clock, settings.zone)
    listening = _listen(settings.host, settings.port, port_stated)
    try:
        system = open_system(settings, start=start, rate=rate, demo=demo)
    except BaseException:
        listening.close()
        raise
    try:
        _check_tokens(settings, system)
        system.start()
        url = _url(listening)
        system.publish(url)
        _greet(system, url)
        _run(system, listening)
    finally:
        system.close()
        listening.close()
    print("Sundial has stopped; everything is on the disk.")


def _log_to_stderr() -> None:
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _start(text: str, zone: str) -> int:
    from zoneinfo import ZoneInfo

    from domain.instants import parse_instant

    try:
        return parse_instant(text, ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        raise _CannotServe(f"--clock: {error}") from None


def _listen(host: str, port: int, port_stated: bool) -> socket.socket:
    """A listening socket; a free port in place of the default one only, and never in silence."""
    try:
        return _bind(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise _CannotServe(f"--host {host} --port {port}: {error.strerror or error}") from None
    if port_stated:
        raise _CannotServe(
            f"--port {port}: another program listens there; expected a free port, or 0 for any"
        )
    free = _bind(host, 0)
    print(
        f"! Port {port} is taken by another program; Sundial takes port {free.getsockname()[1]} instead.",
        file=sys.stderr,
    )
    return free


def _bind(host: str, port: int) -> socket.socket:
    [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    made = socket.socket(family, kind, protocol)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(1024)
    except OSError:
        made.close()
        raise
    return made


def _check_tokens(settings: "Settings", system: "System") -> None:
    from api.auth import is_loopback

    if not is_loopback(settings.host) and not system.services.tokens.any_live():
        raise _CannotServe(
            f"--host {settings.host}: others could reach this address, and there is no token yet. Make one "
            "with `sundial tokens add --source NAME --hall HALL` (or --read for a screen) "
            f"--data {settings.data}"
        )


def _url(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - names, not a binding
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


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
    import uvicorn

    from api.app import create_app

    app = create_app(system.services)

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """End the live streams first: they would keep a stopping server waiting."""
            await app.state.feed.close()
            await super().shutdown(sockets)

    def calmly(*_: Any) -> None:
        """uvicorn raises the signal once more after its own shutdown; ours still has to come."""

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, calmly)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        loop="uvloop",
        http="httptools",
    )
    Server(config).run(sockets=[listening])
