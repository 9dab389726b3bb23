"""Errors as `application/problem+json` (RFC 9457): one shape for every refusal of the API.

`type` is `urn:sundial:problem:<slug>`, `title` a fixed sentence, `detail` names what was wrong with this
request and what was expected, `place` says where (`query.at`, `$[3].data.item`, a header).
"""

from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from projections.statements import StoreUnreachable

log = structlog.get_logger(__name__)

TITLES: dict[str, str] = {
    "bad-request": "The request cannot be understood",
    "bad-event": "The event is not valid",
    "invalid-parameter": "A parameter is not valid",
    "unauthorized": "A valid token is needed",
    "forbidden": "The token does not allow this",
    "not-found": "There is no such thing",
    "method-not-allowed": "The method is not allowed here",
    "too-large": "The request is too large",
    "unsupported-media-type": "The content type is not supported",
    "too-many-requests": "Too many events in too short a time",
    "identity-in-event": "The event would carry a citizen's identity into the log",
    "recorded-time-refused": "The recorded time is the log's own",
    "busy": "The same is being done already",
    "not-ready": "This part is not ready",
    "internal-error": "Sundial failed to answer",
}
"""Slug -> title. The slugs are part of the contract; a test holds that every problem raised has one."""

_SLUG_OF_STATUS = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    409: "busy",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid-parameter",
    429: "too-many-requests",
    503: "not-ready",
}


class ProblemDocument(BaseModel):
    """The body of an error answer."""

    type: str = Field(examples=["urn:sundial:problem:invalid-parameter"])
    title: str = Field(examples=[TITLES["invalid-parameter"]])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["expected an instant with an offset such as 2026-03-02T10:00:00+08:00"])
    place: str | None = Field(default=None, examples=["query.at"])


class Problem(Exception):
    """A refusal with its status, slug, detail, place and extra headers."""

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        place: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.slug = slug
        self.detail = detail
        self.place = place
        self.headers = dict(headers or {})

    def document(self) -> dict[str, Any]:
        """The JSON body; `place` is left out where there is none."""
        body: dict[str, Any] = {
            "type": f"urn:sundial:problem:{self.slug}",
            "title": TITLES[self.slug],
            "status": self.status,
            "detail": self.detail,
        }
        if self.place is not None:
            body["place"] = self.place
        return body

    def response(self) -> Response:
        """The HTTP answer."""
        return Response(
            orjson.dumps(self.document()),
            status_code=self.status,
            media_type="application/problem+json",
            headers=self.headers,
        )


def install(app: FastAPI) -> None:
    """Answer every error of `app`, expected or not, with problem+json."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(StoreUnreachable, _unreachable)
    app.add_exception_handler(Exception, _failure)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` argument of a route that may answer with these problems."""
    return {
        status: {
            "description": TITLES[_SLUG_OF_STATUS[status]],
            "content": {"application/problem+json": {"schema": ProblemDocument.model_json_schema()}},
        }
        for status in statuses
    }


async def _problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return Problem(422, "invalid-parameter", str(first["msg"]), place).response()


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    slug = _SLUG_OF_STATUS.get(error.status_code, "bad-request")
    return Problem(error.status_code, slug, str(error.detail), headers=error.headers).response()


async def _unreachable(_: Request, error: Exception) -> Response:
    detail = f"{error}. Events are taken and supervised meanwhile; what they lead to can be asked for later"
    return Problem(503, "not-ready", detail, headers={"Retry-After": "5"}).response()


async def _failure(request: Request, error: Exception) -> Response:
    log.error("request_failed", method=request.method, path=request.url.path, error=repr(error))
    return Problem(
        500, "internal-error", "The failure is in the server's log; nothing was changed by it"
    ).response()
