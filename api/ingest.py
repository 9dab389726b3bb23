"""`POST /v1/events`: how events come in.

What is answered as accepted is on disk, in the journal or the outbox, before the answer is written. One bad item
never costs the good ones beside it: it is refused with a reason that names the place.
"""

import sqlite3
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api import telemetry
from api.asking import read_instant
from api.auth import Grant
from api.envelopes import BATCH, PLAIN, STRUCTURED, read_body, read_delivery, too_deep
from api.examples import ACCEPTED, BATCH_EXAMPLE, RESULTS
from api.identity import Identities, IdentityConflict
from api.problems import Problem, responses
from api.schemas import EVENT
from api.services import Reception, reception_of, writer
from api.speaking import Speaker
from domain.events import Event, InvalidEvent, event_from_mapping
from domain.events.values import check_values
from domain.identity import identity_field
from domain.reference import check_reference_event
from streams.ports import AppendResult, Intake, LogError

router = APIRouter(tags=["events"])

IMPORT_HEADER = "sundial-import"
"""`Sundial-Import: history` says that recorded times are stated; the caller also needs the permission."""

_LONGEST = {"id": 256, "source": 512, "subject": 256, "type": 128}

Result = dict[str, Any]


@router.post(
    "/v1/events",
    status_code=202,
    summary="Send events",
    description=(
        "CloudEvents 1.0: structured, batch, or binary mode, and plain JSON (one event, or a list)."
        " The answer has one result per item, in order; the same source and id again is a `duplicate`."
        " A single event that is refused is answered 422; a list 202, whatever became of its items."
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                STRUCTURED: {"schema": EVENT, "example": ACCEPTED},
                BATCH: {"schema": {"type": "array", "items": EVENT}, "example": BATCH_EXAMPLE},
                PLAIN: {"schema": EVENT, "example": ACCEPTED},
            },
        }
    },
    responses={
        202: {"description": "A result per item", "content": {"application/json": {"example": RESULTS}}},
        **responses(400, 401, 403, 413, 415, 422, 429, 503),
    },
)
async def post_events(
    request: Request,
    services: Annotated[Reception, Depends(reception_of)],
    grant: Annotated[Grant, Depends(writer)],
) -> Response:
    """Take the events of one request."""
    limits = services.limits
    delivery = read_delivery(request.headers, await read_body(request, limits.body_bytes))
    if len(delivery.items) > limits.batch_events:
        raise Problem(
            413, "too-large", f"expected at most {limits.batch_events} events in one request", "body"
        )
    services.rate.spend(grant.caller, max(1, len(delivery.items)))
    importing = request.headers.get(IMPORT_HEADER, "").lower() == "history"
    if importing and "import" not in grant.permissions:
        raise Problem(
            403, "forbidden", f"{grant.caller} has no permission to import", f"header.{IMPORT_HEADER}"
        )
    results = await run_in_threadpool(take, services, grant, delivery.items, importing=importing)
    for result in results:
        telemetry.EVENTS.labels(result["status"]).inc()
    if not delivery.batch and results[0]["status"] == "refused":
        return Response(
            orjson.dumps({**results[0]["reason"], "status": 422, "results": results}),
            422,
            media_type="application/problem+json",
        )
    return Response(orjson.dumps({"results": results}), 202, media_type="application/json")


def take(services: Reception, grant: Grant, items: Sequence[Any], *, importing: bool) -> list[Result]:
    """Check, clear of identity and append `items`; one result per item, in order."""
    now = services.clock.now()
    speaker = Speaker(grant, services.holders, importing=importing)
    results: list[Result | None] = [None] * len(items)
    good: list[tuple[int, Event]] = []
    people: dict[str, dict[str, str]] = {}
    for index, item in enumerate(items):
        try:
            event, person = read_item(item, services.identities, now, importing=importing)
            speaker.check(item)
        except Problem as problem:
            results[index] = _refused(item, problem, index if len(items) > 1 else None)
            continue
        if person is not None:
            people.setdefault(person[0], {}).update(person[1])
        good.append((index, event))
    _keep(services.identities, people, now)
    for (index, _), appended in zip(
        good, _append(services.log, [event for _, event in good], importing), strict=True
    ):
        results[index] = _result(appended, index if len(items) > 1 else None)
    return [result for result in results if result is not None]


def read_item(
    item: Any, identities: Identities, now: int, *, importing: bool
) -> tuple[Event, tuple[str, dict[str, str]] | None]:
    """One item as an event without identity, and the person taken out of it; a 422 problem otherwise."""
    if not isinstance(item, dict):
        raise Problem(422, "bad-event", "expected a JSON object, one CloudEvent", "$")
    if too_deep(item):
        raise Problem(422, "bad-event", "expected at most 32 levels of nesting", "$")
    _check_envelope(item)
    try:
        cleared, person = identities.take_out(item)
        event = event_from_mapping(cleared, now)
        check_reference_event(event, new=True)
        check_values(event)
    except IdentityConflict as error:
        raise Problem(422, "identity-in-event", str(error), error.place) from None
    except InvalidEvent as error:
        raise Problem(422, "bad-event", error.expected, error.path) from None
    except (OverflowError, RecursionError) as error:
        raise Problem(422, "bad-event", f"expected values that can be counted: {error}", "data") from None
    found = identity_field(event.type, event.data) or identity_field(event.type, {"$": event.extra})
    if found is not None:
        raise Problem(
            422,
            "identity-in-event",
            f"{found} would name a citizen; send applicant_ref instead",
            found.replace("data.$.", ""),
        )
    if event.received is None and not importing:
        event = msgspec.structs.replace(event, received=now)
    return event, person


def _check_envelope(item: dict[str, Any]) -> None:
    for name, most in _LONGEST.items():
        value = item.get(name)
        if isinstance(value, str) and len(value) > most:
            raise Problem(422, "bad-event", f"expected at most {most} characters, got {len(value)}", name)
    if item.get("specversion", "1.0") != "1.0":
        raise Problem(422, "bad-event", f"expected '1.0', got {item['specversion']!r}", "specversion")
    if "data_base64" in item:
        raise Problem(422, "bad-event", "expected the event's data as JSON in `data`", "data_base64")
    for name in ("time", "recordedtime", "receivedtime"):
        if item.get(name) is not None:
            read_instant(item[name], name, "bad-event")


def _keep(identities: Identities, people: dict[str, dict[str, str]], now: int) -> None:
    try:
        identities.keep(people, now)
    except sqlite3.Error as error:
        raise Problem(
            503, "not-ready", f"nothing of this call is stored: {error}", None, {"Retry-After": "5"}
        ) from None


def _append(log: Intake, events: list[Event], importing: bool) -> list[AppendResult]:
    """Append in the order given; stated recorded times go with the events of an importer."""
    if not events:
        return []
    try:
        return log.append(events, [event.recorded for event in events] if importing else None)
    except LogError as error:
        if importing and "recorded" in str(error):
            raise Problem(422, "bad-event", str(error), "recordedtime") from None
        raise Problem(503, "not-ready", str(error), None, {"Retry-After": "5"}) from None


def _result(appended: AppendResult, index: int | None) -> Result:
    reason = None
    if appended.reason is not None:
        place = appended.reason.partition(":")[0]
        reason = _at(Problem(422, "bad-event", appended.reason, place if " " not in place else "$"), index)
    return {
        "id": appended.id,
        "source": appended.source,
        "status": appended.status,
        "position": appended.position,
        "reason": reason,
    }


def _refused(item: Any, problem: Problem, index: int | None) -> Result:
    said = item if isinstance(item, dict) else {}
    return {
        "id": said.get("id"),
        "source": said.get("source"),
        "status": "refused",
        "position": None,
        "reason": _at(problem, index),
    }


def _at(problem: Problem, index: int | None) -> dict[str, Any]:
    document = problem.document()
    place = document.get("place", "$")
    if index is not None:
        document["place"] = f"$[{index}]" if place == "$" else f"$[{index}].{place}"
    return document
