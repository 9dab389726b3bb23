"""One case, as at any moment, as known at any moment."""

from typing import Any

import pytest

from tests.integration.api.serving import Server, event

LATER = "2027-01-01T00:00:00Z"


@pytest.fixture(scope="session")
def case(server: Server) -> str:
    server.post(
        event(
            "case.accepted",
            "replayed",
            "2026-03-02T10:00:00+08:00",
            item="permit",
            hall="county",
            officer="o-1",
        ),
        event("case.completed", "replayed", "2026-03-20T15:00:00+08:00", result="approved"),
    )
    return "replayed"


def verdict_at(server: Server, case: str, at: str) -> dict[str, object]:
    verdict: dict[str, object] = server.get(f"/v1/cases/{case}", at=at, known_at=LATER)["verdict"]
    return verdict


def test_as_it_was_at_any_moment(server: Server, case: str) -> None:
    before = verdict_at(server, case, "2026-03-02T09:00:00+08:00")
    running = verdict_at(server, case, "2026-03-05T12:00:00+08:00")
    late = verdict_at(server, case, "2026-03-10T12:00:00+08:00")
    ended = verdict_at(server, case, "2026-03-21T12:00:00+08:00")
    assert [one["status"] for one in (before, running, late, ended)] == [
        "not_started",
        "accepted",
        "accepted",
        "completed",
    ]
    assert running["clocks"]["promised"]["state"] == "running"
    assert running["clocks"]["promised"]["due"] == "2026-03-09T09:00:00Z"
    assert [finding["code"] for finding in late["findings"]] == ["TL-02"]
    assert ended["clocks"]["statutory"]["state"] == "met"


def test_the_ledger_stands_beside_its_clock(server: Server, case: str) -> None:
    ledger = verdict_at(server, case, "2026-03-10T12:00:00+08:00")["clocks"]["promised"]["ledger"]
    assert len(ledger) >= 5


def test_what_was_not_known_yet_is_not_there(server: Server, case: str) -> None:
    answer = server.http.get(f"/v1/cases/{case}", params={"at": "2026-03-10T12:00:00+08:00"})
    assert answer.status_code == 404
    assert "at that moment of knowledge" in answer.json()["detail"]


def test_events_and_facts(server: Server, case: str) -> None:
    document = server.get(f"/v1/cases/{case}")
    assert [one["type"] for one in document["events"]] == ["case.accepted", "case.completed"]
    assert document["case"]["item_title"] == "许可证"
    assert document["case"]["hall_title"] == "日晷县政务大厅"
    assert document["case"]["officer"] == "o-1"


@pytest.mark.parametrize("path", ["/v1/cases/replayed", "/v1/cases", "/v1/findings", "/v1/metrics/hall"])
@pytest.mark.parametrize("name", ["at", "known_at"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-03-02T10:00:00",
        "2026-03-02T10:00:00 08:00",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-12:00",
        "2026-02-30T10:00:00Z",
        "🕰",
    ],
)
def test_a_moment_that_is_none_names_the_parameter(
    server: Server, case: str, path: str, name: str, text: str
) -> None:
    answer = server.http.get(path, params={name: text})
    assert answer.status_code == 422
    assert answer.json()["place"] == f"query.{name}"


def test_an_unknown_case_is_a_404(server: Server) -> None:
    answer = server.http.get("/v1/cases/nobody-knows")
    assert answer.status_code == 404
    assert answer.json()["place"] == "path.case"


def test_case_numbers_may_hold_anything(server: Server) -> None:
    number = "威政〔2026〕/17 #3"
    server.post(event("case.accepted", number, "2026-03-02T10:00:00+08:00", item="permit", hall="county"))
    answer = server.http.get("/v1/cases/%E5%A8%81%E6%94%BF%E3%80%942026%E3%80%95%2F17%20%233")
    assert answer.status_code == 200
    assert answer.json()["verdict"]["subject"] == number


def test_lists_and_metrics_of_another_moment(server: Server) -> None:
    server.post(
        *[
            event(
                "hall.published",
                "past",
                "2026-01-01T00:00:00+08:00",
                hall="past",
                title="过去",
                level="township",
                region="130501",
                calendar="cn",
            )
        ]
    )
    for number, end in enumerate(["2026-04-08T15:00:00+08:00", "2026-04-20T15:00:00+08:00"]):
        server.post(
            event("case.accepted", f"past-{number}", "2026-04-01T10:00:00+08:00", item="permit", hall="past"),
            event("case.completed", f"past-{number}", end, result="approved"),
        )

    server.until(lambda: len(server.get("/v1/cases", hall="past")["cases"]) == 2)

    def asked(path: str, at: str, **parameters: object) -> Any:
        return server.get(path, at=at, known_at=LATER, hall="past", **parameters)

    running = asked("/v1/cases", "2026-04-03T12:00:00+08:00")["cases"]
    assert [(case["subject"], case["status"], case["level"]) for case in running] == [
        ("past-0", "accepted", 0),
        ("past-1", "accepted", 0),
    ]
    late = asked("/v1/cases", "2026-04-15T12:00:00+08:00")["cases"]
    assert [(case["subject"], case["status"], case["level"]) for case in late] == [
        ("past-1", "accepted", 2),
        ("past-0", "completed", 0),
    ]
    found = asked("/v1/findings", "2026-04-15T12:00:00+08:00")
    assert [(one["subject"], one["code"], one["state"]) for one in found["findings"]] == [
        ("past-1", "TL-02", "in_force")
    ]
    [then] = asked("/v1/metrics/hall", "2026-04-15T12:00:00+08:00")["rows"]
    [after] = asked("/v1/metrics/hall", "2026-05-15T12:00:00+08:00")["rows"]
    assert then["on_time_by_promise"] == {"value": 1.0, "numerator": 1, "denominator": 1}
    assert after["on_time_by_promise"] == {"value": 0.5, "numerator": 1, "denominator": 2}
    [hall] = [
        one
        for one in server.get("/v1/wall", at="2026-04-15T12:00:00+08:00", known_at=LATER)["halls"]
        if one["hall"] == "past"
    ]
    assert (hall["open"], hall["overdue"]) == (1, 1)


def test_what_was_not_known_then_is_in_no_list(server: Server, case: str) -> None:
    moment = {"at": "2026-04-15T12:00:00+08:00"}
    assert server.get("/v1/cases", **moment)["cases"] == []
    assert server.get("/v1/findings", **moment)["total"] == 0
    assert server.get("/v1/metrics/county", **moment)["rows"] == []


def test_what_was_issued_stands_beside_what_is_computed(server: Server, case: str) -> None:
    document = server.get(f"/v1/cases/{case}")
    computed, issued = document["verdict"]["issued"], document["issued_live"]
    assert [one["finding"] for one in issued["entries"]] == [one["finding"] for one in computed]
    assert {one["engine"] for one in issued["entries"]} == {document["verdict"]["engine"]}
    assert (issued["differs"], issued["not_issued"]) == (False, [])


@pytest.mark.parametrize(
    ("path", "parameters", "place"),
    [
        ("/v1/cases", {"att": "1"}, "query.att"),
        ("/v1/cases/replayed", {"knownat": LATER}, "query.knownat"),
        ("/v1/findings", {"level": "3", "Hall": "county"}, "query.Hall"),
        ("/v1/wall", {"at": LATER, "lang": "zh"}, "query.lang"),
    ],
)
def test_a_parameter_that_the_path_does_not_have_is_refused(
    server: Server, case: str, path: str, parameters: dict[str, str], place: str
) -> None:
    answer = server.http.get(path, params=parameters)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["place"], problem["type"]) == (place, "urn:sundial:problem:invalid-parameter")
    assert problem["detail"].startswith(
        f"unknown parameter {place.removeprefix('query.')!r}; expected one of at, "
    )
