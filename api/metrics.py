"""`GET /v1/metrics/{scope}`: every figure with numerator and denominator; no value where nothing was decided."""

from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from fastapi import APIRouter, Depends, Path, Query
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.asking import Moment, Name, json_answer, moment, store_at
from api.problems import responses
from api.services import Services, reader, services_of
from domain.instants import to_datetime
from projections.queries.metrics import Scope, metrics_by

router = APIRouter(tags=["metrics"], dependencies=[Depends(reader)], responses=responses(401, 403, 422))

_FIRST, _LAST = date(1970, 1, 1), date(2149, 6, 6)
"""What a `Date` of the read store can hold."""


@router.get("/v1/metrics/{scope}", summary="Metrics by hall, item or day, or of the whole county")
async def metrics(
    services: Annotated[Services, Depends(services_of)],
    asked: Annotated[Moment, Depends(moment)],
    scope: Annotated[Scope, Path()],
    since: Annotated[date | None, Query(ge=_FIRST, le=_LAST, description="First day, included")] = None,
    until: Annotated[date | None, Query(ge=_FIRST, le=_LAST, description="Last day, included")] = None,
    hall: Name = "",
    item: Name = "",
) -> Response:
    """A case belongs to the hall that accepted it and to the local day of its end, or to today while open."""

    def answer() -> bytes:
        today = to_datetime(asked.at, ZoneInfo(services.zone)).date()
        with store_at(services, asked) as store:
            rows = metrics_by(
                store, scope, now=asked.at, today=today, since=since, until=until, hall=hall, item=item
            )
        return msgspec.json.encode({"rows": rows})

    return json_answer(await run_in_threadpool(answer))
