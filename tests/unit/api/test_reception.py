"""An outbox as the place where events come in: what it refuses, and how it says so."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.app import create_reception_app
from api.auth import LOOPBACK, Tokens
from api.identity import Identities
from api.ingest import take
from api.rate import Rate
from api.services import Limits, Reception
from streams.cluster.outbox.outbox import Outbox
from tests.unit.api.hall_a import HALL_A, accepted
from tests.unit.streams.cluster.parts import NOON, opened
from tests.unit.streams.histories import HandClock


def reception(outbox: Outbox, folder: Path) -> Reception:
    return Reception(
        log=outbox,
        holders=outbox.holders,
        clock=HandClock(NOON),
        tokens=Tokens(folder / "tokens.db"),
        identities=Identities(folder / "people.db", bytes(32)),
        limits=Limits(),
        rate=Rate("1000/minute"),
        probes={"outbox": outbox.full},
        readings=lambda: {f"sundial_outbox_{name}": value for name, value in outbox.readings().items()},
    )


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    outbox = opened(tmp_path)
    yield outbox
    outbox.close()


def asked(served: Reception, method: str, path: str, **options: Any) -> httpx.Response:
    """One request from this machine."""

    async def ask() -> httpx.Response:
        carrier = httpx.ASGITransport(create_reception_app(served), client=("127.0.0.1", 50000))
        async with httpx.AsyncClient(transport=carrier, base_url="http://127.0.0.1") as client:
            return await client.request(method, path, **options)

    return asyncio.run(ask())


def test_a_full_disk_is_answered_503_with_the_reason_and_nothing_is_accepted(tmp_path: Path) -> None:
    outbox = opened(tmp_path, reserve_bytes=10**15)
    served = reception(outbox, tmp_path)
    answer = asked(served, "POST", "/v1/events", json=accepted())
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "nothing of this call is stored: the outbox is full" in answer.json()["detail"]
    assert "the outbox is full" in asked(served, "GET", "/readyz").text
    assert outbox.end() == 0
    outbox.close()


def test_what_is_accepted_waits_without_a_position_and_is_counted(outbox: Outbox, tmp_path: Path) -> None:
    served = reception(outbox, tmp_path)
    answer = asked(served, "POST", "/v1/events", json=accepted())
    [result] = answer.json()["results"]
    assert (answer.status_code, result["status"], result["position"]) == (202, "accepted", None)
    metrics = asked(served, "GET", "/metrics").text
    assert "sundial_outbox_backlog_events 1.0" in metrics
    assert "sundial_outbox_oldest_seconds 0.0" in metrics


def test_citizens_stay_out_of_the_outbox(outbox: Outbox, tmp_path: Path) -> None:
    data = {"item": "permit", "hall": "a", "applicant_name": "王伟", "id_number": "11010519491231002X"}
    [result] = take(reception(outbox, tmp_path), LOOPBACK, [accepted(data=data)], importing=False)
    assert result["status"] == "accepted"
    [waiting] = outbox.waiting(0, 10, 10**6)
    assert "王伟".encode() not in waiting.body
    assert b"11010519491231002X" not in waiting.body


def test_a_hall_does_not_touch_the_case_of_another_hall(outbox: Outbox, tmp_path: Path) -> None:
    served = reception(outbox, tmp_path)
    theirs = accepted(1, source="hall-b", data={"item": "permit", "hall": "b"})
    take(served, LOOPBACK, [theirs], importing=False)
    done = accepted(1, id="x", type="case.completed", data={"result": "approved"})
    [refused] = take(served, HALL_A, [done], importing=False)
    assert (refused["status"], refused["reason"]["place"]) == ("refused", "subject")


def test_only_what_takes_events_in_is_served(outbox: Outbox, tmp_path: Path) -> None:
    served = reception(outbox, tmp_path)
    assert asked(served, "GET", "/v1/cases/c-1").status_code == 404
    assert asked(served, "GET", "/healthz").json() == {"status": "alive"}
    assert "/v1/events" in asked(served, "GET", "/openapi.json").json()["paths"]
