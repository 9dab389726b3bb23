"""Events keep everything they carry; what cannot be taken is refused with its place."""

import json

import pytest

from domain.events import (
    EVENT_TYPES,
    InvalidEvent,
    canonical_content,
    decode_event,
    encode_event,
    read_payload,
)
from domain.instants import parse_instant

ACCEPTED = {
    "id": "1",
    "source": "hall",
    "type": "case.accepted",
    "subject": "C-1",
    "time": "2026-03-02T10:00:00+08:00",
    "recordedtime": "2026-03-02T02:00:01.5Z",
    "dataschemaversion": "1",
    "specversion": "1.0",
    "traceparent": "00-ab",
    "data": {
        "item": "permit",
        "hall": "h",
        "promised_limit": {"amount": 5, "unit": "working_day"},
        "special": {"a": [1]},
    },
}


def test_unknown_fields_survive_a_round_trip() -> None:
    event = decode_event(json.dumps(ACCEPTED))
    again = json.loads(encode_event(event))
    assert again["data"] == ACCEPTED["data"]
    assert again["traceparent"] == "00-ab"
    assert again["specversion"] == "1.0"
    assert decode_event(encode_event(event)) == event


def test_times_keep_their_instant() -> None:
    event = decode_event(json.dumps(ACCEPTED))
    assert event.time == parse_instant("2026-03-02T02:00:00Z")
    assert event.recorded == parse_instant("2026-03-02T10:00:01.500000+08:00")


def test_two_spellings_of_one_instant_are_the_same_content() -> None:
    other = {**ACCEPTED, "time": "2026-03-02T02:00:00Z", "recordedtime": "2026-03-05T00:00:00Z"}
    assert canonical_content(decode_event(json.dumps(other))) == canonical_content(
        decode_event(json.dumps(ACCEPTED))
    )


@pytest.mark.parametrize("name", sorted(EVENT_TYPES))
def test_every_type_of_the_vocabulary_is_read(name: str) -> None:
    needed = {
        "stage": "s",
        "branch": "b",
        "limit": "5 working_day",
        "item": "i",
        "hall": "h",
        "calendar": "c",
        "profile": "p",
    }
    target = {"corrects": {"id": "x"}, "retracts": {"id": "x"}}
    fields = set(EVENT_TYPES[name].__struct_fields__)
    data = {key: value for key, value in {**needed, **target}.items() if key in fields}
    event = decode_event(json.dumps({**ACCEPTED, "type": name, "data": data}))
    assert event.payload is not None


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "case.acepted"}, "type"),
        ({"id": ""}, "id"),
        ({"subject": 7}, "subject"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-03-02T10:00:00"}, "time"),
        ({"data": []}, "data"),
        ({"data": {"promised_limit": "5 workdays"}}, "data.promised_limit"),
        ({"data": {"kind": "quick"}}, "data.kind"),
    ],
)
def test_what_cannot_be_taken_names_its_place(change: dict[str, object], path: str) -> None:
    with pytest.raises(InvalidEvent) as error:
        decode_event(json.dumps({**ACCEPTED, **change}))
    assert error.value.path == path
    assert error.value.expected


def test_a_field_of_data_may_be_called_type() -> None:
    event = decode_event(json.dumps({**ACCEPTED, "data": {"item": "permit", "type": "old"}}))
    assert event.data["type"] == "old"


def test_the_year_one_is_no_crash() -> None:
    with pytest.raises(InvalidEvent):
        decode_event(json.dumps({**ACCEPTED, "time": "0001-01-01T00:00:00+08:00"}))


def test_an_unknown_type_of_a_known_kind_names_those_of_its_kind_and_the_other_kinds() -> None:
    with pytest.raises(
        InvalidEvent, match=r"unknown event type 'case.opened'; .*case.accepted.*; or of agency\.\*"
    ):
        read_payload("case.opened", {})
