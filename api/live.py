"""`GET /v1/live`: the wall's document as server-sent events, one frame serialised per tick for all viewers.

The frame is made when something has changed, at the latest every few seconds, by one task. A viewer waits
for a frame newer than the one it has: while its connection is slow, frames pass by and it gets the newest (a
slot of one, never a queue). A comment every 15 s keeps proxies from closing a quiet stream.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any

import orjson
import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

from api import telemetry
from api.asking import Moment, json_answer, moment, store_at
from api.problems import responses
from api.services import Services, reader, services_of

log = structlog.get_logger(__name__)
router = APIRouter(tags=["live"], dependencies=[Depends(reader)], responses=responses(401, 403))

LOOK_SECONDS = 0.1
"""How often the feed looks whether something has changed."""
QUIET_SECONDS = 3.0
"""A frame is made at least this often, so that ages and countdowns stay true."""
LONGEST_REST_SECONDS = 0.25
"""After a frame the feed rests as long as that one took, at most so long: a change shows within a second."""
HEARTBEAT_SECONDS = 15.0
RETRY_SECONDS = 10.0
"""Longest pause after frames that could not be made."""


class LiveFeed:
    """Makes frames of `document()` whenever `version()` changes; both are called in worker threads.

    `version` must be cheap and change with every visible change. Create it anywhere; `run` it in the loop.
    """

    def __init__(self, document: Callable[[], dict[str, Any]], version: Callable[[], object]) -> None:
        self._document = document
        self._version = version
        self._frame = b""
        self._number = 0
        self._viewers = 0
        self._changed = asyncio.Condition()
        self._watched = asyncio.Event()
        self._closed = False

    async def run(self) -> None:
        """Make frames while there are viewers, until cancelled. A failure is logged, counted and tried again."""
        seen: object = None
        made_at = -QUIET_SECONDS
        failures = 0
        while True:
            rest = LOOK_SECONDS
            if not self._viewers:
                self._watched.clear()
                await self._watched.wait()
                seen = None
            try:
                version = await run_in_threadpool(self._version)
                if version != seen or time.monotonic() - made_at >= QUIET_SECONDS:
                    began = time.monotonic()
                    await self._make()
                    seen, made_at = version, time.monotonic()
                    rest = max(LOOK_SECONDS, min(LONGEST_REST_SECONDS, made_at - began))
                failures = 0
            except Exception as error:
                failures += 1
                telemetry.LIVE_FAILURES.inc()
                log.error("live_frame_failed", error=repr(error), failures=failures)
                rest = min(RETRY_SECONDS, 0.5 * 2 ** min(failures, 5))
            await asyncio.sleep(rest)

    async def _make(self) -> None:
        with telemetry.LIVE_FRAME_SECONDS.time():
            body = orjson.dumps(await run_in_threadpool(self._document))
        telemetry.LIVE_FRAMES.inc()
        async with self._changed:
            self._number += 1
            self._frame = b"id: %d\nevent: wall\ndata: %s\n\n" % (self._number, body)
            self._changed.notify_all()

    async def close(self) -> None:
        """End every stream, so that a server that stops does not wait for its viewers."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def frames(self) -> AsyncIterator[bytes]:
        """The newest frame, then every newer one that the viewer is quick enough for, and heartbeats."""
        number = 0 if self._viewers else self._number  # nobody watched: the last frame is of another time
        self._viewers += 1
        self._watched.set()
        telemetry.LIVE_VIEWERS.inc()
        try:
            yield b"retry: 2000\n\n"
            while not self._closed:
                if self._number == number:
                    if not await self._newer_than(number):
                        yield b": heartbeat\n\n"
                    continue
                number = self._number
                yield self._frame
        finally:
            self._viewers -= 1
            telemetry.LIVE_VIEWERS.dec()

    async def _newer_than(self, number: int) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HEARTBEAT_SECONDS), self._changed:
                await self._changed.wait_for(lambda: self._number != number or self._closed)
            return True
        return False


@router.get("/v1/wall", summary="What the wall shows", responses=responses(422))
async def wall(
    services: Annotated[Services, Depends(services_of)], asked: Annotated[Moment, Depends(moment)]
) -> Response:
    """The document that `/v1/live` sends, once; of any moment."""

    def answer() -> bytes:
        with store_at(services, asked) as store:
            return orjson.dumps(services.wall(store, asked.at, asked.known_at))

    return json_answer(await run_in_threadpool(answer))


@router.get(
    "/v1/live",
    summary="The wall's document whenever something changes",
    response_class=StreamingResponse,
    responses={200: {"description": "Server-sent events named `wall`", "content": {"text/event-stream": {}}}},
)
async def live(request: Request) -> StreamingResponse:
    """A stream without end: the snapshot first, then a frame within a second of every change."""
    feed = request.app.state.feed
    assert isinstance(feed, LiveFeed)
    return StreamingResponse(
        feed.frames(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
