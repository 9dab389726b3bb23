"""Events that are plausible one by one and senseless together: taken, judged, shown, at any moment."""

import random
from typing import Any

import pytest

from domain.events import EVENT_TYPES
from tests.integration.api.serving import SOURCE, Server

SEED = 20260302
EVENTS = 1_200
CASES = 60

WORDS = [
    "permit",
    "county",
    "survey",
    "a",
    "",
    "extension",
    "hearing",
    "approve",
    "officer",
    "x" * 300,
    "许可",
]
LIMITS = [
    "5 working_day",
    "0 working_day",
    "3 calendar_day",
    "2 month",
    "8 working_hour",
    "0.5 hour",
    "90 working_minute",
    {"until": "2026-03-20T17:00:00+08:00"},
    {"amount": 1, "unit": "working_day", "mode": "instant"},
    "many",
    5,
    -1,
]
ODD = [
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    [],
    {},
    [{"stage": "a", "limit": "1 working_day"}],
    {"id": "e-1", "source": SOURCE},
]


def anything(chance: random.Random, number: int) -> dict[str, Any]:
    kind = chance.choice([name for name in EVENT_TYPES if name.startswith(("case.", "event."))])
    day, hour = chance.randint(1, 28), chance.choice([0, 8, 9, 10, 12, 17, 23])
    data: dict[str, Any] = {}
    for field in EVENT_TYPES[kind].__struct_fields__:
        if chance.random() < 0.6:
            values = (
                LIMITS if "limit" in field or field == "within" else ODD if chance.random() < 0.15 else WORDS
            )
            data[field] = chance.choice(values)
    if kind.startswith("event."):
        data["corrects" if kind == "event.corrected" else "retracts"] = {
            "id": f"e-{chance.randint(0, EVENTS)}",
            "source": SOURCE,
        }
        data.pop("data", None)
        if chance.random() < 0.5:
            data["time"] = f"2026-{chance.randint(1, 12):02}-{day:02}T10:00:00+08:00"
    if kind == "case.accepted":
        data.update(item="permit", hall="county")
        data.pop("calendar", None)
        data.pop("profile", None)
    return {
        "specversion": "1.0",
        "id": f"e-{number}",
        "source": SOURCE,
        "type": kind,
        "subject": f"any-{chance.randint(1, CASES)}",
        "time": f"2026-{chance.randint(1, 12):02}-{day:02}T{hour:02}:00:00+08:00",
        "data": data,
    }


@pytest.mark.timeout(240)
def test_whatever_is_taken_can_be_judged_and_shown(server: Server) -> None:
    chance = random.Random(SEED)
    statuses: list[str] = []
    for start in range(0, EVENTS, 100):
        results = server.post(*[anything(chance, number) for number in range(start, start + 100)])
        statuses += [result["status"] for result in results]
    assert statuses.count("accepted") > EVENTS / 2
    for number in range(1, CASES + 1):
        for parameters in ({}, {"at": "2026-06-15T12:00:00+08:00", "known_at": "2030-01-01T00:00:00Z"}):
            answer = server.http.get(f"/v1/cases/any-{number}", params=parameters)
            assert answer.status_code == 200, answer.text
    server.until(lambda: "sundial_supervisor_lag_events 0.0" in server.http.get("/metrics").text, 60)
    assert server.get("/readyz")["status"] == "ready"
    assert "sundial_dead_letters 0.0" in server.http.get("/metrics").text
    assert "replay_without_dead_letters" not in server.log.read_text()
    for path in (
        "/v1/wall",
        "/v1/findings",
        "/v1/cases",
        "/v1/metrics/hall",
        "/v1/metrics/item",
        "/v1/metrics/day",
    ):
        server.get(path)
