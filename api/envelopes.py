"""From an HTTP request to CloudEvents as mappings: structured, batch, binary mode, plain JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec
from starlette.requests import Request

from api.problems import Problem

BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
PLAIN = "application/json"

_DEEPEST = 32
"""Deepest nesting of an event; hall systems send three or four levels."""


class Delivery(NamedTuple):
    """The items of one request, not yet looked at, and whether they came as a list."""

    items: list[Any]
    batch: bool


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The body, never holding more than `most_bytes`; a 413 problem beyond that."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most_bytes:
            raise _too_large(most_bytes)
    return bytes(body)


def _too_large(most_bytes: int) -> Problem:
    return Problem(413, "too-large", f"expected at most {most_bytes} bytes in one request", "body")


def read_delivery(headers: Mapping[str, str], body: bytes) -> Delivery:
    """The items of a request in any of the four forms; 400 or 415 problems for what is none of them."""
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == BATCH:
        return Delivery(_a_list(_json(body)), True)
    if content_type == STRUCTURED:
        return Delivery([_json(body)], False)
    if content_type == PLAIN and "ce-id" not in headers and "ce-specversion" not in headers:
        value = _json(body)
        return Delivery(value, True) if isinstance(value, list) else Delivery([value], False)
    if "ce-id" in headers or "ce-specversion" in headers:
        if body and content_type != PLAIN:
            raise _unsupported(content_type)
        return Delivery([_binary(headers, _json(body) if body else None)], False)
    raise _unsupported(content_type)


def _unsupported(content_type: str) -> Problem:
    return Problem(
        415,
        "unsupported-media-type",
        f"expected {STRUCTURED}, {BATCH}, {PLAIN}, or ce- headers with {PLAIN};"
        f" got {content_type or 'none'!r}",
        "header.content-type",
    )


def _json(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)  # keeps whole numbers of any size, as the log does
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "bad-request", f"expected JSON in UTF-8: {error}", "body") from None


def _a_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Problem(400, "bad-request", f"expected a JSON list of events with {BATCH}", "body")
    return value


def _binary(headers: Mapping[str, str], data: Any) -> dict[str, Any]:
    event: dict[str, Any] = {
        name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")
    }
    if data is not None:
        event["data"] = data
    return event


def too_deep(value: Any, left: int = _DEEPEST) -> bool:
    """Whether a JSON value is nested deeper than any event is."""
    if left == 0:
        return True
    if isinstance(value, dict):
        return any(too_deep(inner, left - 1) for inner in value.values())
    return isinstance(value, list) and any(too_deep(inner, left - 1) for inner in value)
