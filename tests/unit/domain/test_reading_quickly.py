"""`decode_event` reads what is usual in one go; it must say just what the slow reading of a mapping says."""

from typing import Any

import msgspec
import pytest

from domain.events import InvalidEvent, decode_event, event_from_mapping

USUAL: dict[str, Any] = {
    "id": "e1",
    "source": "hall",
    "type": "case.suspended",
    "subject": "case-1",
    "time": "2026-03-02T09:00:00.1234567+08:00",
    "recordedtime": "2026-03-02T09:00:01+08:00",
    "data": {"kind": "hearing", "approved_limit": "5 working_day", "unknown": {"kept": [1, None]}},
}
VARIANTS: list[dict[str, Any]] = [
    {},
    {"specversion": "1.0", "receivedtime": "2026-03-02T01:00:02Z"},
    {"dataschemaversion": "2"},
    {"dataschemaversion": 2},
    {"datacontenttype": "application/json", "mine": {"a": 1}},
    {"specversion": None, "receivedtime": None, "recordedtime": None},
    {"data": None},
    {"data": {}},
    {"data": []},
    {"data": {"approved_limit": "soon"}},
    {"id": ""},
    {"id": 7},
    {"subject": None},
    {"type": "case.unheard_of"},
    {"type": None},
    {"time": "2026-03-02T09:00:00"},
    {"time": "2026-03-02"},
    {"time": "1800-01-01T00:00:00Z"},
    {"time": 1772413200},
    {"recordedtime": "yesterday"},
    {"receivedtime": 5},
]


def outcome(read: Any) -> Any:
    try:
        return read()
    except InvalidEvent as error:
        return error.path, error.expected


@pytest.mark.parametrize("change", VARIANTS, ids=str)
@pytest.mark.parametrize("recorded", [None, 1_772_413_200_000_000])
def test_both_ways_of_reading_agree(change: dict[str, Any], recorded: int | None) -> None:
    document = USUAL | change
    raw = msgspec.json.encode(document)
    mapping = msgspec.json.decode(raw)
    assert outcome(lambda: decode_event(raw, recorded)) == outcome(
        lambda: event_from_mapping(mapping, recorded)
    )


@pytest.mark.parametrize("name", list(USUAL))
def test_both_ways_agree_where_a_field_is_missing(name: str) -> None:
    document = {key: value for key, value in USUAL.items() if key != name}
    raw = msgspec.json.encode(document)
    assert outcome(lambda: decode_event(raw)) == outcome(lambda: event_from_mapping(document))
