"""Putting one question to the engine in the words of the public contract, and how many examples to try.

The environment variable HYPOTHESIS_PROFILE=soak asks for a hundred times as many examples.
"""

import datetime
import functools
import os
from collections.abc import Iterable, Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from domain.events import Event, event_from_mapping
from domain.judge import judge
from domain.reference import Reference
from sundial.shipped import holiday_sets, profiles

UTC = datetime.UTC
ALWAYS = datetime.datetime(1990, 1, 1, tzinfo=UTC)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
Document = dict[str, Any]


def examples(count: int) -> settings:
    """Settings for a property of `count` examples, a hundred times as many when soaking."""
    return settings(
        max_examples=count * (100 if SOAK else 1), deadline=None, phases=[Phase.generate, Phase.shrink],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
        derandomize=not SOAK,
    )  # fmt: skip


def micros(moment: datetime.datetime) -> int:
    """The instant as the engine counts it."""
    return (moment - EPOCH) // datetime.timedelta(microseconds=1)


def moment(instant: int) -> datetime.datetime:
    return EPOCH + datetime.timedelta(microseconds=instant)


def event(mapping: Document) -> Event:
    """An event; id, source and subject have to be stated, the recorded time defaults to the time."""
    full: Document = {"subject": "case-1", "source": "hall"} | mapping
    full.setdefault("recordedtime", full["time"])
    for name in ("time", "recordedtime", "receivedtime"):
        if isinstance(full.get(name), datetime.datetime):
            full[name] = full[name].isoformat()
    return event_from_mapping(full)


def published(kind: str, document: Document, recorded: datetime.datetime = ALWAYS, number: int = 1) -> Event:
    """A reference event: `published("calendar", {...})`, known since always unless stated."""
    name = document[kind]
    return event(
        {"type": f"{kind}.published", "id": f"{kind}-{name}-{number}", "source": "reference", "subject": name,
         "time": recorded, "recordedtime": recorded, "data": document}
    )  # fmt: skip


def reference(events: Iterable[Event]) -> Reference:
    shipped = [published("profile", document) for document in profiles().values()]
    return Reference.of([*shipped, *events], holiday_sets())


def ask(
    history: Sequence[Event],
    known: Reference,
    at: datetime.datetime,
    known_at: datetime.datetime | None = None,
) -> Document:
    """The verdict document of case-1."""
    return ask_at(history, known, micros(at), micros(known_at or at))


def ask_at(history: Sequence[Event], known: Reference, at: int, known_at: int) -> Document:
    return judge(history, known, at, known_at, "case-1")


@functools.cache
def instant(text: str) -> datetime.datetime:
    """An instant of a verdict document."""
    return datetime.datetime.fromisoformat(text)
