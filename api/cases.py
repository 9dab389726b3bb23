"""`GET /v1/cases` and `/v1/cases/{id}`: the list from the read store, one case by replay of its history."""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Path, Query
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
    known_history,
    moment,
    store_at,
)
from api.problems import responses
from api.replay import known_events, replay
from api.services import Services, reader, services_of
from domain.facts import case_facts
from domain.rejudging import orders_of
from projections.issued import beside
from projections.queries.cases import CURSOR, cases_page

router = APIRouter(tags=["cases"], dependencies=[Depends(reader)], responses=responses(401, 403, 422))


Status = Literal[
    "open",
    "not_started",
    "received",
    "accepted",
    "suspended",
    "completed",
    "not_accepted",
    "withdrawn",
    "voided",
    "merged",
]


@router.get("/v1/cases", summary="Cases, the most pressing first")
async def cases(
    services: Annotated[Services, Depends(services_of)],
    asked: Annotated[Moment, Depends(moment)],
    status: Annotated[
        Status | None, Query(description="A status of the verdict; `open` for all that go on")
    ] = None,
    hall: Name = "",
    item: Name = "",
    level: Annotated[int | None, Query(ge=0, le=3, description="Highest level in force")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """By level, then by what falls due next. `next` is the cursor of the page after, null on the last."""
    after = decode_cursor(cursor, CURSOR)

    def answer() -> bytes:
        with store_at(services, asked) as store:
            page = cases_page(
                store,
                now=asked.at,
                status=status or "",
                hall=hall,
                item=item,
                level=level,
                limit=limit,
                after=after,
            )
        if not asked.now:  # of a past moment only the state is told; the case itself has the whole verdict
            for row in page.rows:
                row.update(digest=None, next_change=None)
        return msgspec.json.encode({"cases": page.rows, "next": encode_cursor(page.next)})

    return json_answer(await run_in_threadpool(answer))


@router.get(
    "/v1/cases/{case:path}",
    summary="One case: verdict, clocks with ledgers, events",
    responses=responses(404),
)
async def one_case(
    case: Annotated[
        str, Path(description="The case number (the `subject` of its events)", examples=["2026-000217"])
    ],
    asked: Annotated[Moment, Depends(moment)],
    services: Annotated[Services, Depends(services_of)],
) -> Response:
    """Judge the case from everything the log holds of it, by the same function as live supervision.

    `verdict.issued` is what the present engine computes that was to be issued; `issued_live` what live supervision
    did issue, by which engine, and where the two differ.
    """
    return await run_in_threadpool(_answer, services, case, asked)


def _answer(services: Services, case: str, asked: Moment) -> Response:
    said = services.said(case)
    history = known_history(services, case, asked)
    reference = services.reference.current()
    verdict = replay(history, reference, asked.at, asked.known_at, case)
    document: dict[str, Any] = {
        "verdict": verdict,
        "issued_live": beside(said, verdict["issued"], asked.known_at),
        "events": known_events(history, asked.known_at),
        "case": case_facts(history, reference, asked.known_at),
        "orders": orders_of(history, asked.known_at),
    }
    return Response(
        msgspec.json.encode(document), media_type="application/json", headers={"Cache-Control": "no-store"}
    )
