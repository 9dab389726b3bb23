"""`GET /v1/findings`: what supervision has said, newest first."""

from contextlib import nullcontext
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.asking import (
    Cursor,
    Limit,
    Moment,
    Name,
    decode_cursor,
    encode_cursor,
    json_answer,
    moment,
    store_at,
)
from api.problems import responses
from api.services import Services, reader, services_of
from projections.queries.findings import CURSOR, findings_page

router = APIRouter(tags=["findings"], dependencies=[Depends(reader)], responses=responses(401, 403, 422))


@router.get("/v1/findings", summary="Findings, newest first")
async def findings(
    services: Annotated[Services, Depends(services_of)],
    asked: Annotated[Moment, Depends(moment)],
    code: Annotated[str, Query(max_length=16, description="A rule, such as TL-02")] = "",
    level: Annotated[int | None, Query(ge=0, le=3, description="1 warning, 2 yellow, 3 red")] = None,
    hall: Name = "",
    item: Name = "",
    subject: Name = "",
    state: Annotated[
        Literal["in_force", "lifted"] | None, Query(description="Only those in force, or only those lifted")
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Each by the last that was said of it up to then; `total` counts all pages, `next` is the next page's cursor.

    Of another pair of `at` and `known_at` than one moment, those in force are told: nobody said them in a sequence.
    """
    after = decode_cursor(cursor, CURSOR)

    def answer() -> bytes:
        as_issued = asked.at == asked.known_at <= services.clock.now()
        with nullcontext(services.store) if as_issued else store_at(services, asked) as store:
            page = findings_page(
                store,
                now=asked.at,
                known_at=asked.known_at if as_issued and not asked.now else None,
                code=code,
                level=level,
                hall=hall,
                item=item,
                subject=subject,
                state=state or "",
                limit=limit,
                after=after,
            )
        return msgspec.json.encode(
            {"findings": page.rows, "total": page.total, "next": encode_cursor(page.next)}
        )

    return json_answer(await run_in_threadpool(answer))
