"""What commands that listen share: the socket, the tokens, uvicorn, and ending in good order."""

import errno
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.auth import Tokens
    from sundial.settings import Settings


class CannotListen(Exception):
    """Something stands in the way; the message says what, and what to do."""


def log_to_stderr() -> None:
    """Lines of structlog go to standard error, from `info` on."""
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def listen(host: str, port: int, port_stated: bool) -> socket.socket:
    """A listening socket; a free port in place of the default one only, and never in silence."""
    try:
        return _bind(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise CannotListen(f"--host {host} --port {port}: {error.strerror or error}") from None
    if port_stated:
        raise CannotListen(
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


def check_tokens(settings: "Settings", tokens: "Tokens") -> None:
    """Raise CannotListen where others could reach the address, and nobody has a token."""
    from api.auth import is_loopback

    if not is_loopback(settings.host) and not tokens.any_live():
        raise CannotListen(
            f"--host {settings.host}: others could reach this address, and there is no token yet. Make one "
            "with `sundial tokens add --source NAME --hall HALL` (or --read for a screen) "
            f"--data {settings.data}"
        )


def url_of(listening: socket.socket) -> str:
    """Where a listening socket can be reached from this machine."""
    host, port = listening.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - names, not a binding
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def run_app(
    app: "FastAPI", listening: socket.socket, ending: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Serve until SIGINT or SIGTERM; `ending` comes before requests under way are waited for."""
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            """End the live streams first: they would keep a stopping server waiting."""
            if ending is not None:
                await ending()
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
