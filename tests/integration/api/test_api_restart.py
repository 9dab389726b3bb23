"""What was accepted is there after a restart, after a kill, and never twice."""

import threading
from collections.abc import Callable

import httpx
import pytest

from tests.integration.api.serving import Server, event, reference_events

Serve = Callable[..., Server]


def accepted(subject: str) -> dict[str, object]:
    return event("case.accepted", subject, "2026-03-02T10:00:00+08:00", item="permit", hall="county")


def findings_of(server: Server) -> list[tuple[str, str]]:
    found = server.get("/v1/findings", limit=500)["findings"]
    return sorted((finding["subject"], finding["code"]) for finding in found)


def test_a_restart_keeps_everything(serve: Serve) -> None:
    first = serve()
    first.post(*reference_events(), accepted("kept"))
    first.until(lambda: findings_of(first))
    before = findings_of(first)
    verdict = first.get("/v1/cases/kept", at="2026-06-01T00:00:00Z", known_at="2027-06-01T00:00:00Z")[
        "verdict"
    ]
    assert first.stop() == 0
    second = serve()
    again = second.get("/v1/cases/kept", at="2026-06-01T00:00:00Z", known_at="2027-06-01T00:00:00Z")[
        "verdict"
    ]
    assert again["digest"] == verdict["digest"]
    assert findings_of(second) == before
    assert second.post(accepted("kept"))[0]["status"] == "duplicate"
    second.until(lambda: findings_of(second) == before)


def test_a_kill_while_posting_loses_nothing_accepted(serve: Serve) -> None:
    server = serve()
    server.post(*reference_events())
    taken: list[str] = []

    def post_on() -> None:
        number = 0
        while True:
            subjects = [f"k-{number}-{index}" for index in range(20)]
            try:
                results = server.post(*[accepted(subject) for subject in subjects])
            except (httpx.TransportError, AssertionError):
                return
            taken.extend(
                subject
                for subject, result in zip(subjects, results, strict=True)
                if result["status"] == "accepted"
            )
            number += 1

    posting = threading.Thread(target=post_on)
    posting.start()
    server.until(lambda: len(taken) > 200, 30)
    server.kill()
    posting.join(30)
    assert not posting.is_alive()
    again = serve()
    for subject in taken[::7] + taken[-20:]:
        assert [event["type"] for event in again.get(f"/v1/cases/{subject}")["events"]] == ["case.accepted"]
    results = again.post(*[accepted(subject) for subject in taken[-100:]])
    assert {result["status"] for result in results} == {"duplicate"}


def test_one_process_owns_a_folder(serve: Serve) -> None:
    first = serve()
    with pytest.raises(AssertionError, match=f"in use by process {first.process.pid}.*{first.url}"):
        serve()
