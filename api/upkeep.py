"""Upkeep of a running server, for the commands beside it: `sundial rebuild` and `sundial dead-letters`."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Annotated, Any

import msgspec
import structlog
from fastapi import APIRouter, Depends, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field
from starlette.responses import Response, StreamingResponse

from api.asking import json_answer
from api.problems import Problem, responses
from api.services import Rebuilding, Services, rebuilding_of, services_of, upkeeper
from domain.instants import format_instant
from projections.rebuild import Cancelled, Progress, Report
from streams.ports import DeadLetterRow

log = structlog.get_logger(__name__)
router = APIRouter(tags=["upkeep"], dependencies=[Depends(upkeeper)], responses=responses(401, 403))
rebuilding = APIRouter(tags=["upkeep"], dependencies=[Depends(upkeeper)], responses=responses(401, 403))
"""Of the process that fills the read store."""

_rebuilding = threading.Lock()

Making = Callable[[Progress, threading.Event], Report]

Lines = asyncio.Queue[dict[str, Any] | None]
"""What there is to say; None at the end."""


@rebuilding.post(
    "/v1/rebuild", summary="Make the read store anew from the log", responses=responses(409, 422)
)
async def rebuild(
    ways: Annotated[Rebuilding, Depends(rebuilding_of)],
    processes: Annotated[
        int | None,
        Query(ge=1, le=64, description="Read history from Kafka anew, and judge it in so many processes"),
    ] = None,
) -> StreamingResponse:
    """Lines of JSON: `{"phase", "done", "whole"}`, at last `{"report"}` or `{"error"}`.

    It ends, with everything as it was, when the caller goes away.
    """
    making = ways.from_log
    if processes is not None:
        if ways.from_kafka is None:
            problem = "this process reads no Kafka; expected no `processes`"
            raise Problem(422, "invalid-parameter", problem, "query.processes")
        making = partial(ways.from_kafka, processes)
    if not _rebuilding.acquire(blocking=False):
        raise Problem(409, "busy", "a rebuild is under way")
    loop = asyncio.get_running_loop()
    lines: Lines = asyncio.Queue()
    stop = threading.Event()

    def say(line: dict[str, Any] | None) -> None:
        with suppress(RuntimeError):  # the server has stopped: nobody listens
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=_work, args=(making, say, stop), name="rebuild").start()
    return StreamingResponse(
        _follow(lines, stop), media_type="application/jsonl", headers={"Cache-Control": "no-store"}
    )


def _work(making: Making, say: Callable[[dict[str, Any] | None], None], stop: threading.Event) -> None:
    try:
        report = making(lambda phase, done, whole: say({"phase": phase, "done": done, "whole": whole}), stop)
        say({"report": msgspec.to_builtins(report)})
    except Cancelled:
        log.warning("rebuild_stopped")
    except Exception as error:
        log.error("rebuild_failed", error=repr(error))
        say({"error": f"{type(error).__name__}: {error}"})
    finally:
        _rebuilding.release()
        say(None)


async def _follow(lines: Lines, stop: threading.Event) -> AsyncIterator[bytes]:
    try:
        while (line := await lines.get()) is not None:
            yield msgspec.json.encode(line) + b"\n"
    finally:
        stop.set()


@router.get("/v1/dead-letters", summary="What could not be judged, with its cause")
async def dead_letters(services: Annotated[Services, Depends(services_of)]) -> Response:
    """By number; those that were judged since are left out."""
    rows = await run_in_threadpool(services.dead_letters)
    return json_answer(msgspec.json.encode({"dead_letters": [_document(row) for row in rows]}))


class Replay(BaseModel):
    """Which dead letters to judge again."""

    numbers: list[Annotated[int, Field(ge=1, le=2**53)]] | None = Field(
        default=None, max_length=10_000, description="Their numbers; null for all", examples=[[1, 2]]
    )


@router.post("/v1/dead-letters/replay", summary="Judge dead letters again, each in its place")
async def replay(asked: Replay, services: Annotated[Services, Depends(services_of)]) -> Response:
    """`{"tried", "failed": [numbers]}`; those that fail still stay."""

    def work() -> bytes:
        known = {row.number for row in services.dead_letters()}
        wanted = sorted(known) if asked.numbers is None else sorted(set(asked.numbers))
        if unknown := [number for number in wanted if number not in known]:
            raise Problem(
                404, "not-found", f"no dead letter {unknown[0]} is left to be judged", "body.numbers"
            )
        failed = services.replay_dead_letters(wanted) if wanted else []
        return msgspec.json.encode({"tried": len(wanted), "failed": [row.number for row in failed]})

    return json_answer(await run_in_threadpool(work))


def _document(row: DeadLetterRow) -> dict[str, Any]:
    letter = row.letter
    return {
        "number": row.number,
        "position": letter.position,
        "subject": letter.subject,
        "kind": letter.kind,
        "cause": letter.cause,
        "at": format_instant(letter.at),
    }
