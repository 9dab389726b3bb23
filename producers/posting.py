"""Sending events to a running Sundial over HTTP, again and again until it has taken them."""

import time
from collections.abc import Callable, Sequence
from typing import Final

import httpx
import msgspec

from domain.events import Event, event_document
from streams.ports import AppendResult

_TRIES: Final = 6
_RETRY: Final = frozenset((429, 502, 503, 504))


class PostingFailed(Exception):
    """The server would not take a batch, or could not be reached; the message says why."""


class HistoryRefused(PostingFailed):
    """The server's log already holds events later than the recorded times stated; nothing of it was taken."""


class Poster:
    """A sink that posts to `url`.

    With `history` the recorded times of the events are stated, else those of the server count.
    """

    def __init__(self, url: str, *, token: str | None = None, history: bool = False) -> None:
        headers = {"content-type": "application/cloudevents-batch+json"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        if history:
            headers["sundial-import"] = "history"
        self._history = history
        self._client = httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False)

    def __call__(self, events: Sequence[Event]) -> list[AppendResult]:
        """Post one batch; one result per event. A batch sent again is harmless. Raises PostingFailed."""
        body = msgspec.json.encode([self._document(event) for event in events])
        for attempt in range(_TRIES):
            try:
                answer = self._client.post("/v1/events", content=body)
            except httpx.TransportError as error:
                if attempt == _TRIES - 1:
                    raise PostingFailed(f"{self._client.base_url}: {error}") from None
                time.sleep(_backoff(attempt))
                continue
            if answer.status_code in _RETRY and attempt < _TRIES - 1:
                time.sleep(_pause(answer, attempt))
                continue
            return _results(answer, len(events))
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _document(self, event: Event) -> dict[str, object]:
        document = event_document(event)
        if not self._history:
            del document["recordedtime"]
        return {"specversion": "1.0", **document}


def history_or_now(url: str, told: Callable[[str], None]) -> Callable[[Sequence[Event]], list[AppendResult]]:
    """A sink that states recorded times as long as the server's log holds no later event, else none.

    Without them the server records the events as known now, which `told` is told once, with the reason.
    """
    poster = [Poster(url, history=True)]

    def post(events: Sequence[Event]) -> list[AppendResult]:
        try:
            return poster[0](events)
        except HistoryRefused as reason:
            told(str(reason))
            poster[0].close()
            poster[0] = Poster(url)
            return poster[0](events)

    return post


def _pause(answer: httpx.Response, attempt: int) -> float:
    """Seconds to wait before the next try."""
    try:
        return min(60.0, float(answer.headers["retry-after"]))
    except (KeyError, ValueError):
        return _backoff(attempt)


def _backoff(attempt: int) -> float:
    return float(0.3 * 2**attempt)


def _results(answer: httpx.Response, count: int) -> list[AppendResult]:
    try:
        document = answer.json()
        if document.get("place") == "recordedtime" and "results" not in document:
            raise HistoryRefused(str(document.get("detail")))
        rows = document["results"] if answer.status_code in (202, 422) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        rows = None
    if not isinstance(rows, list) or len(rows) != count:
        raise PostingFailed(f"{answer.request.url} answered {answer.status_code}: {answer.text[:500]}")
    return [
        AppendResult(row["id"], row["source"], row["status"], row["position"], _reason(row.get("reason")))
        for row in rows
    ]


def _reason(problem: object) -> str | None:
    if isinstance(problem, dict):
        return f"{problem.get('place', '$')}: {problem.get('detail', problem.get('title', ''))}"
    return None if problem is None else str(problem)
