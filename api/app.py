"""The HTTP application, put together from its routes and the services it is given."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import Depends, FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import (
    cases,
    dossier,
    findings,
    health,
    ingest,
    live,
    metrics,
    problems,
    schemas,
    telemetry,
    upkeep,
    web,
)
from api.live import LiveFeed
from api.parameters import known_parameters
from api.problems import Problem
from api.services import Carrying, Reception, Running, Services

_CHECKED = [Depends(known_parameters)]
_HEADERS = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
        b" connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self';"
        b" frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


def create_app(services: Services) -> FastAPI:
    """The whole application. Its lifespan runs the live feed; everything else is started by who made `services`."""
    app = _answering(
        services, "Electronic supervision of public-service halls: events in; cases, findings, metrics out."
    )
    app.include_router(ingest.router, dependencies=_CHECKED)
    app.include_router(upkeep.rebuilding, dependencies=_CHECKED)
    return app


def create_answering_app(services: Services) -> FastAPI:
    """The application that answers, and takes no events: those go to an outbox."""
    app = _answering(
        services, "Electronic supervision of public-service halls: cases, findings, metrics out."
    )
    app.add_api_route("/v1/events", _not_here, methods=["POST"], include_in_schema=False)
    return app


def _not_here() -> None:
    raise Problem(404, "not-found", "this process takes no events; expected the address of `sundial outbox`")


def create_carrying_app(carrying: Carrying) -> FastAPI:
    """The application of the process that fills the read store: how it is, and making the store anew."""
    app = _application(carrying, title="Sundial sink", summary="Fills the read store.")
    app.include_router(upkeep.rebuilding, dependencies=_CHECKED)
    app.include_router(health.router)
    return app


def _answering(services: Services, summary: str) -> FastAPI:
    """The wall and every other answer, and the live feed that the lifespan runs."""

    def wall() -> dict[str, Any]:
        now = services.clock.now()
        return services.wall(services.store, now, now)

    feed = LiveFeed(wall, services.version)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(feed.run())
        yield
        await feed.close()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    app = _application(services, title="Sundial", summary=summary, lifespan=lifespan)
    app.state.feed = feed
    for part in (dossier, cases, findings, metrics, live, upkeep):
        app.include_router(part.router, dependencies=_CHECKED)
    for part in (health, web):  # probes and addresses of screens may carry anything
        app.include_router(part.router)
    return app


def create_reception_app(reception: Reception) -> FastAPI:
    """The application that only takes events in, and says how it is."""
    app = _application(
        reception,
        title="Sundial outbox",
        summary="Electronic supervision of public-service halls: events in.",
    )
    app.include_router(ingest.router, dependencies=_CHECKED)
    app.include_router(health.router)
    return app


def _application(
    services: Running,
    *,
    title: str,
    summary: str,
    lifespan: Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """An application without routes yet; whoever asks finds `services` in its state."""
    app = FastAPI(title=title, version="1", summary=summary, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.services = services
    problems.install(app)
    schemas.install(app)
    app.add_middleware(Edge)
    return app


class Edge:
    """Around every request: security headers on the way out, counts and seconds by route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        began = time.monotonic()

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            telemetry.REQUESTS.labels(route, str(status)).inc()
            if route != "/v1/live":
                telemetry.REQUEST_SECONDS.labels(route).observe(time.monotonic() - began)
