"""What several questions share: instants, page size, cursor, the events of a case."""

import base64
import binascii
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, NamedTuple

import orjson
from fastapi import Depends, Query
from starlette.responses import Response

from api.problems import Problem
from api.replay import history_of
from api.services import Services, services_of
from domain.events import Event
from domain.instants import DAY, parse_instant
from projections.past import TooManyCases
from streams.ports import Store

_EARLIEST, _LATEST = -70 * 366 * DAY, 230 * 366 * DAY
"""About the years 1900 and 2200: inside, calendars and local times can be counted."""


class Moment(NamedTuple):
    """As at `at`, as known at `known_at`; microseconds UTC."""

    at: int
    known_at: int
    now: bool
    """Neither was asked for: the question is about the present."""


def read_instant(text: str, place: str, slug: str = "invalid-parameter") -> int:
    """An RFC 3339 time with an offset; a 422 problem otherwise."""
    try:
        instant = parse_instant(text)
    except (ValueError, OverflowError) as error:
        hint = " (in an address the plus sign of an offset is written %2B)" if " " in str(text) else ""
        raise Problem(422, slug, f"{error}{hint}"[:300], place) from None
    if not _EARLIEST < instant < _LATEST:
        raise Problem(422, slug, "expected a time between the years 1900 and 2200", place)
    return instant


_AT = Query(
    description="The instant asked about, RFC 3339 with an offset; now by default",
    examples=["2026-03-05T15:30:00+08:00"],
)
_KNOWN_AT = Query(
    description="Count only what was recorded up to this instant; the same as `at` by default",
    examples=["2026-03-05T15:30:00+08:00"],
)


def moment(
    services: Annotated[Services, Depends(services_of)],
    at: Annotated[str | None, _AT] = None,
    known_at: Annotated[str | None, _KNOWN_AT] = None,
) -> Moment:
    """The two instants of a question."""
    as_at = services.clock.now() if at is None else read_instant(at, "query.at")
    known = as_at if known_at is None else read_instant(known_at, "query.known_at")
    return Moment(as_at, known, at is None and known_at is None)


@contextmanager
def store_at(services: Services, asked: Moment) -> Iterator[Store]:
    """The read store of the moment asked about; a 422 problem where that is too much to judge anew."""
    if asked.now:
        yield services.store
        return
    try:
        with services.pasts.moment(asked.at, asked.known_at) as store:
            yield store
    except TooManyCases as error:
        raise Problem(
            422, "invalid-parameter", f"{error}; ask for one case, or for the present", "query.at"
        ) from None


def known_history(services: Services, case: str, asked: Moment) -> list[Event]:
    """Every event of a case; a 404 problem where none was known at the moment asked about."""
    history = history_of(services.log, services.signals, case)
    if not any(event.recorded <= asked.known_at for event in history):
        known = " at that moment of knowledge" if history else ""
        raise Problem(404, "not-found", f"no event is known of {case!r}{known}", "path.case")
    return history


Limit = Annotated[int, Query(ge=1, le=500, description="Most rows in one answer")]
Name = Annotated[str, Query(max_length=256, description="Only of this one; empty: of all")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next` of the answer before this one")]


def encode_cursor(position: list[Any] | None) -> str | None:
    """The opaque text of a position in a list."""
    return None if position is None else base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def decode_cursor(cursor: str | None, shape: tuple[type, ...]) -> list[Any] | None:
    """The position that `cursor` stands for, its parts of the types `shape`; a 422 problem otherwise."""
    if cursor is None:
        return None
    try:
        position = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError):
        position = None
    if not isinstance(position, list) or [type(part) for part in position] != list(shape):
        raise Problem(422, "invalid-parameter", "expected the `next` of an earlier answer", "query.cursor")
    return position


def json_answer(body: bytes) -> Response:
    """An answer that no cache may keep: the next moment may say something else."""
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
