"""Events written by earlier versions stay readable for ever: a corpus of one event of each type per version."""

import json
from pathlib import Path

import pytest

from domain.events import EVENT_TYPES, decode_event, encode_event
from domain.instants import parse_instant

CORPUS = Path(__file__).parents[2] / "data" / "golden"
LINES = [line for path in sorted(CORPUS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


def test_the_corpus_holds_every_type() -> None:
    assert {json.loads(line)["type"] for line in LINES} == set(EVENT_TYPES)


@pytest.mark.parametrize("line", LINES, ids=[json.loads(line)["type"] for line in LINES])
def test_a_golden_event_is_read_and_written_without_loss(line: str) -> None:
    written = json.loads(line)
    event = decode_event(line)
    again = json.loads(encode_event(event))
    assert event.time == parse_instant(written["time"])
    assert event.recorded == parse_instant(written["recordedtime"])
    for times in ("time", "recordedtime"):
        assert parse_instant(again.pop(times)) == parse_instant(written.pop(times))
    assert again == written
    for field in event.payload.__struct_fields__:
        assert field not in written["data"] or getattr(event.payload, field) is not None
