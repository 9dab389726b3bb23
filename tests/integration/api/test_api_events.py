"""Events over HTTP, against a real server."""

from collections.abc import Callable

import httpx
import pytest

from api.examples import ACCEPTED
from tests.integration.api.serving import SOURCE, Server, event

STRUCTURED = {"Content-Type": "application/cloudevents+json"}


def accepted(subject: str, id: str | None = None) -> dict[str, object]:
    return event("case.accepted", subject, "2026-03-02T10:00:00+08:00", id, item="permit", hall="county")


def test_structured_mode_and_the_same_again(server: Server) -> None:
    for status in ("accepted", "duplicate"):
        answer = server.http.post("/v1/events", json=accepted("structured"), headers=STRUCTURED)
        assert answer.status_code == 202
        [result] = answer.json()["results"]
        assert (result["id"], result["status"], result["reason"]) == (
            "structured/case.accepted",
            status,
            None,
        )


def test_binary_mode(server: Server) -> None:
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "b1",
        "ce-source": SOURCE,
        "ce-type": "case.accepted",
        "ce-subject": "binary",
        "ce-time": "2026-03-02T10:00:00+08:00",
    }
    answer = server.http.post("/v1/events", json={"item": "permit", "hall": "county"}, headers=headers)
    assert answer.status_code == 202
    assert server.get("/v1/cases/binary")["verdict"]["status"] == "accepted"


@pytest.mark.parametrize("many", [False, True])
def test_plain_json(server: Server, many: bool) -> None:
    one = accepted(f"plain-{many}")
    answer = server.http.post("/v1/events", json=[one] if many else one)
    assert [result["status"] for result in answer.json()["results"]] == ["accepted"]


def test_a_bad_item_in_a_batch_costs_the_good_ones_nothing(server: Server) -> None:
    first, bad, last = server.post(
        accepted("good-1"), {**accepted("bad"), "time": "soon"}, accepted("good-2")
    )
    assert (first["status"], last["status"]) == ("accepted", "accepted")
    assert bad["status"] == "refused"
    assert bad["reason"]["place"] == "$[1].time"
    assert server.get("/v1/cases/good-2")["verdict"]["status"] == "accepted"
    assert server.http.get("/v1/cases/bad").status_code == 404


def test_a_single_bad_event_is_a_problem(server: Server) -> None:
    answer = server.http.post(
        "/v1/events", json={**accepted("bad"), "type": "case.acepted"}, headers=STRUCTURED
    )
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["place"] == "type"
    assert "case.accepted" in answer.json()["detail"]


def test_identity_never_reaches_the_log(server: Server) -> None:
    answer = server.http.post("/v1/events", json=ACCEPTED, headers=STRUCTURED)
    assert answer.status_code == 202
    shown = server.http.get(f"/v1/cases/{ACCEPTED['subject']}").text
    assert ACCEPTED["data"]["id_number"] not in shown
    assert '"applicant_ref":"p_' in shown
    secrets = [ACCEPTED["data"][name].encode() for name in ("applicant_name", "id_number", "phone")]
    for file in server.data.rglob("*"):
        if file.is_file() and not file.name.startswith("identities.db"):
            content = file.read_bytes()
            assert not any(secret in content for secret in secrets), file


def test_too_much_is_refused_before_it_is_read(server: Server) -> None:
    answer = server.http.post("/v1/events", content=b"[" + b" " * (9 * 1024 * 1024), headers=STRUCTURED)
    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:sundial:problem:too-large"
    many = server.http.post("/v1/events", json=[{}] * 5001)
    assert many.status_code == 413


def test_recorded_times_are_the_logs_own(server: Server) -> None:
    history = {**accepted("history"), "recordedtime": "2099-01-01T00:00:00Z"}
    [refused] = server.post(history)
    assert refused["reason"]["type"] == "urn:sundial:problem:recorded-time-refused"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_a_page_of_another_site_could_send_is_refused(server: Server, kind: str) -> None:
    answer = server.http.post("/v1/events", content=b"{}", headers={"Content-Type": kind})
    assert answer.status_code == 415


def test_a_name_that_was_rebound_to_this_machine_gets_nothing(server: Server) -> None:
    for path in ("/v1/wall", "/v1/cases", "/metrics"):
        answer = server.http.get(path, headers={"Host": "evil.example"})
        assert answer.status_code == 401, path
    assert httpx.get(f"{server.url}/", headers={"Host": "evil.example"}).headers["location"] == "/login"


def test_history_comes_in_with_its_own_recorded_times(serve: Callable[..., Server]) -> None:
    fresh = serve()
    history = [
        {**event(kind, "old", time, item="permit", hall="county"), "recordedtime": recorded}
        for kind, time, recorded in (
            ("case.accepted", "2011-03-02T10:00:00+08:00", "2011-03-02T10:00:05+08:00"),
            ("case.completed", "2011-03-04T10:00:00+08:00", "2011-03-07T09:00:00+08:00"),
        )
    ]
    for status in ("accepted", "duplicate"):
        results = fresh.post(*history, Sundial_Import="history")
        assert [result["status"] for result in results] == [status] * 2
    shown = fresh.get("/v1/cases/old")["events"]
    assert [one["recordedtime"] for one in shown] == ["2011-03-02T02:00:05Z", "2011-03-07T01:00:00Z"]
    fresh.post(event("case.delivered", "old", "2026-03-02T10:00:00+08:00"))
    refused = fresh.http.post(
        "/v1/events", json=[{**history[0], "id": "late"}], headers={"Sundial-Import": "history"}
    )
    assert (refused.status_code, refused.json()["place"]) == (422, "recordedtime")
