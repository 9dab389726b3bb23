"""Examples of the OpenAPI document. A test sends every one of them to a real server."""

from typing import Any

ACCEPTED: dict[str, Any] = {
    "specversion": "1.0",
    "id": "w3-000217",
    "source": "https://hall.example/window-system",
    "type": "case.accepted",
    "subject": "2026-000217",
    "time": "2026-03-02T10:00:00+08:00",
    "data": {
        "item": "permit",
        "hall": "county",
        "window": "3",
        "officer": "o-17",
        "applicant_name": "王伟",
        "id_number": "11010519491231002X",
        "phone": "13800000000",
    },
}

COMPLETED: dict[str, Any] = {
    "specversion": "1.0",
    "id": "w3-000264",
    "source": "https://hall.example/window-system",
    "type": "case.completed",
    "subject": "2026-000217",
    "time": "2026-03-05T15:30:00+08:00",
    "data": {"result": "approved", "certificate_no": "C-2026-0099"},
}

BATCH_EXAMPLE: list[dict[str, Any]] = [ACCEPTED, COMPLETED]

RESULTS: dict[str, Any] = {
    "results": [
        {
            "id": "w3-000217",
            "source": "https://hall.example/window-system",
            "status": "accepted",
            "position": 41,
            "reason": None,
        },
        {
            "id": "w3-000264",
            "source": "https://hall.example/window-system",
            "status": "refused",
            "position": None,
            "reason": {
                "type": "urn:sundial:problem:bad-event",
                "title": "The event is not valid",
                "status": 422,
                "detail": "expected the time at which it happened, with an offset",
                "place": "$[1].time",
            },
        },
    ]
}
