"""Posting to a server that is busy, away, or will not have history."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from domain.instants import parse_instant
from producers.making import make_event
from producers.posting import HistoryRefused, Poster, PostingFailed, history_or_now

EVENT = make_event(
    "case.withdrawn", "c-1", parse_instant("2026-03-02T10:00:00Z"), {}, id="e1", source="hall:a"
)
TAKEN = {"results": [{"id": "e1", "source": "hall:a", "status": "accepted", "position": 1, "reason": None}]}
PAST = {"type": "urn:sundial:problem:bad-event", "detail": "before the log's last", "place": "recordedtime"}


class Server:
    """Answers one after another as told, and remembers what it was asked."""

    def __init__(self, answers: list[tuple[int, dict[str, Any]]]) -> None:
        self.asked: list[tuple[dict[str, str], Any]] = []
        told = iter(answers)
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                asked.append(({k.lower(): v for k, v in self.headers.items()}, json.loads(body)))
                status, document = next(told)
                answer = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.send_header("retry-after", "0")
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


@pytest.fixture
def served() -> Iterator[list[Server]]:
    servers: list[Server] = []
    yield servers
    for server in servers:
        server.http.shutdown()
        server.http.server_close()


def answering(served: list[Server], *answers: tuple[int, dict[str, Any]]) -> Server:
    served.append(Server(list(answers)))
    return served[0]


def test_an_event_is_sent_without_recorded_time(served: list[Server]) -> None:
    server = answering(served, (202, TAKEN))
    (result,) = Poster(server.url)([EVENT])
    assert (result.status, result.position) == ("accepted", 1)
    headers, body = server.asked[0]
    assert "recordedtime" not in body[0]
    assert body[0]["specversion"] == "1.0"
    assert "sundial-import" not in headers


def test_history_states_its_recorded_times(served: list[Server]) -> None:
    server = answering(served, (202, TAKEN))
    Poster(server.url, token="sdl_x", history=True)([EVENT])
    headers, body = server.asked[0]
    assert body[0]["recordedtime"] == "2026-03-02T10:00:00Z"
    assert (headers["sundial-import"], headers["authorization"]) == ("history", "Bearer sdl_x")


def test_a_busy_server_is_asked_again(served: list[Server]) -> None:
    server = answering(served, (429, {}), (503, {}), (202, TAKEN))
    assert Poster(server.url)([EVENT])[0].status == "accepted"
    assert len(server.asked) == 3


def test_a_refused_event_says_why(served: list[Server]) -> None:
    reason = {"place": "data.item", "detail": "expected a text"}
    row = {"id": "e1", "source": "hall:a", "status": "refused", "position": None, "reason": reason}
    server = answering(served, (422, {"results": [row]}))
    (result,) = Poster(server.url)([EVENT])
    assert result.reason == "data.item: expected a text"


def test_another_answer_is_an_error_with_its_text(served: list[Server]) -> None:
    server = answering(served, (403, {"detail": "no permission"}))
    with pytest.raises(PostingFailed, match=r"403.*no permission"):
        Poster(server.url)([EVENT])


def test_history_that_the_server_cannot_take_is_sent_as_known_now(served: list[Server]) -> None:
    server = answering(served, (422, PAST), (202, TAKEN), (202, TAKEN))
    told: list[str] = []
    sink = history_or_now(server.url, told.append)
    assert [sink([EVENT])[0].status, sink([EVENT])[0].status] == ["accepted", "accepted"]
    assert told == ["before the log's last"]
    assert ["recordedtime" in body[0] for _, body in server.asked] == [True, False, False]


def test_history_refused_stores_nothing(served: list[Server]) -> None:
    server = answering(served, (422, PAST))
    with pytest.raises(HistoryRefused):
        Poster(server.url, history=True)([EVENT])


def test_a_server_that_is_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("producers.posting.time.sleep", lambda seconds: None)
    with pytest.raises(PostingFailed, match=r"127\.0\.0\.1"):
        Poster("http://127.0.0.1:9")([EVENT])
