"""The hall `a`: its grant, and what its window system sends."""

from typing import Any

from api.auth import Grant

HALL_A = Grant("token 1", "hall-a", frozenset({"a"}), frozenset({"write"}))


def accepted(number: int = 1, **changes: Any) -> dict[str, Any]:
    event = {
        "id": f"e{number}",
        "source": "hall-a",
        "type": "case.accepted",
        "subject": f"c-{number}",
        "time": "2026-03-02T10:00:00+08:00",
        "data": {"item": "permit", "hall": "a"},
    }
    return {**event, **changes}
