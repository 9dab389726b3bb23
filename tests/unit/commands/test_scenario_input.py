"""Scenario files as strangers write them: what is read leniently, and what is told to be wrong, with its place."""

import json
import re
from pathlib import Path

import pytest

from domain.instants import parse_instant
from domain.judge import judge
from sundial.scenario import ScenarioError, load_scenario

HALL = "halls: [{hall: h, region: 130533, calendar: cn}]\n"
ITEM = "items: [{item: i, promised_limit: 5 working_day, statutory_limit: 20 working_day}]\n"
EVENT = "events:\n  - {type: case.accepted, time: 2026-03-02T10:00:00+08:00, data: {item: i, hall: h}}\n"
ASK = "ask:\n  - {at: 2026-03-05T10:00:00+08:00}\n"
WHOLE = HALL + ITEM + EVENT + ASK


def written(tmp_path: Path, text: str, name: str = "a.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        (HALL, HALL + "reference: 5\n", ":2: reference", "expected a list"),
        (HALL, HALL + "reference: [{type: case.voided, time: 2026-03-02T10:00:00Z}]\n", ":2: reference[0]", "events"),
        (", data:", ", recordedTime: 2026-03-02T10:00:00Z, data:", ":4: events[0].recordedTime", "recordedtime"),
        ("hall: h}", "hall: h, kind: fast}", ":4: events[0].data.kind", "instant, promise, other"),
        ("calendar: cn", "calendar: cn, effective_from: 2026-02-31", ":1: halls[0].effective_from", "a date such as"),
        ("item: i, p", "item: i, effective_from: soon, p", ":2: items[0].effective_from", "a date such as"),
        (HALL, "profiles: [{profile: p, effective_from: x}]\n" + HALL, ":1: profiles[0].effect", "a date such as"),
        (HALL, "halls: [{hall: h, calendar: cn}, {hall: h, calendar: cn}]\n", ":1: halls[1]", "effective_from"),
        ("time: 2026-03-02T10", "time: 0001-01-01T00", ":4: events[0].time", "a time such"),
        ("at: 2026-03-05T10:00:00+08:00", "at: 9999-12-31T23:59:59-08:00", ":6: ask[0].at", "a time such"),
        ("+08:00}", "+08:00, subject: [1]}", ":6: ask[0].subject", "expected a text"),
        ("+08:00}", '+08:00, subject: "\\ud83d"}', ":6: ask[0].subject", "whole characters"),
        ("+08:00}", "+08:00, expect: {clocks: {promised: {settings: {end: close}}}}}", "settings.end", "unknown key"),
        (
            ASK,
            "  - {type: event.corrected, time: 2026-03-03T10:00:00Z, data: {corrects: {id: e1}, time: never}}\n" + ASK,
            ":5: events[1].data.time", "2026-02-12T10:00:00",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, said: str
) -> None:
    assert old in WHOLE
    with pytest.raises(ScenarioError) as raised:
        load_scenario(written(tmp_path, WHOLE.replace(old, new)))
    assert place in str(raised.value)
    assert said in str(raised.value)


def test_null_is_left_out(tmp_path: Path) -> None:
    text = WHOLE.replace("{type:", "{id: null, source: null, subject: null, recordedtime: null, type:")
    text = text.replace("+08:00}\n", "+08:00, subject: null, known_at: null, expect: null}\n")
    scenario = load_scenario(written(tmp_path, text.replace(HALL, HALL + "calendars:\nreference:\n")))
    question = scenario.questions[0]
    assert question.subject == "case-1"
    assert [event.id for event in scenario.events["case-1"]] == ["e1"]


def test_a_json_file_may_be_indented_by_tabs(tmp_path: Path) -> None:
    document = {
        "halls": [{"hall": "h", "title": "大厅 🌞", "calendar": "cn"}],
        "events": [{"type": "case.accepted", "time": "2026-03-02T10:00:00", "data": {"item": "i", "hall": "h"}}],
        "ask": [{"at": "2026-03-05T10:00:00"}],
    }  # fmt: skip
    scenario = load_scenario(written(tmp_path, json.dumps(document, indent="\t"), "a.json"))
    assert len(scenario.questions) == 1
    document["ask"] = [{"at": "soon"}]
    with pytest.raises(ScenarioError, match=r"a\.json:\d+: ask\[0\]\.at"):
        load_scenario(written(tmp_path, json.dumps(document, indent="\t"), "a.json"))
    with pytest.raises(ScenarioError, match=r"a\.json:1: not valid JSON"):
        load_scenario(written(tmp_path, "{", "a.json"))


def test_a_time_without_an_offset_is_of_the_halls_zone(tmp_path: Path) -> None:
    """Of the hall of the case, wherever in the file it is named, or of the one above it; else of the first calendar."""
    text = """
calendars:
  - {calendar: east, zone: Asia/Shanghai, week: {mon-fri: ["09:00-17:00"]}}
  - {calendar: west, zone: Asia/Urumqi, week: {mon-fri: ["09:00-17:00"]}}
halls: [{hall: centre, calendar: west}, {hall: branch, parent: centre}]
items: [{item: i, promised_limit: 1 hour, statutory_limit: 20 working_day}]
events:
  - {type: case.applied, time: 2026-03-02T09:00, data: {item: i}}
  - {type: case.accepted, time: 2026-03-02T10:00, data: {hall: branch}}
  - {type: case.applied, subject: other, time: 2026-03-02T09:00, data: {item: i}}
ask:
  - {at: 2026-03-02T11:00, expect: {at: 2026-03-02T11:00, clocks: {promised: {start: 2026-03-02T10:00}}}}
"""
    scenario = load_scenario(written(tmp_path, text))
    times = [event.time for event in scenario.events["case-1"]]
    assert times == [parse_instant("2026-03-02T09:00:00+06:00"), parse_instant("2026-03-02T10:00:00+06:00")]
    assert scenario.events["other"][0].time == parse_instant("2026-03-02T09:00:00+08:00")
    question = scenario.questions[0]
    assert question.at == parse_instant("2026-03-02T11:00:00+06:00")
    assert question.zone.key == "Asia/Urumqi"
    answer = judge(scenario.events["case-1"], scenario.reference, question.at, question.at)
    assert answer["clocks"]["promised"]["start"] == "2026-03-02T04:00:00Z"


ALIASES_OF_ALIASES = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ALIASES_OF_ALIASES, "aliases repeat more than 1,000,000 values"),
        ("a: &a [*a]\n", "*a contains itself"),
        ("[" * 100_000, "it nests deeper than 200 levels"),
        ("- " * 100_000, "it nests deeper than 200 levels"),
    ],
    ids=["aliases of aliases", "an alias of itself", "brackets", "dashes"],
)  # fmt: skip
def test_a_file_that_would_grow_without_bound_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=re.escape(told)):
        load_scenario(written(tmp_path, text))
