"""Shipped reference data in the log: the calendar `cn` and the shipped profiles, as reference events.

In an empty log they are recorded at the Unix epoch, which is before any history that an importer may bring. A
later version of Sundial with changed documents appends the changed ones, recorded when it first starts.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from domain.events import Event, event_from_mapping
from streams.ports import Intake
from sundial.reference import shipped_documents

SOURCE = "sundial:shipped"
_SINCE = "1970-01-01T00:00:00Z"


def seed(log: Intake) -> None:
    """Append the shipped documents that `log` does not hold yet."""
    events = list(_shipped())
    if log.end() == 0:
        log.append(events, [event.recorded for event in events])
    else:
        log.append(events)


def _shipped() -> Iterator[Event]:
    for type_name, document in shipped_documents():
        kind = type_name.partition(".")[0]
        yield _event(kind, document[kind], document)


def _event(kind: str, name: str, document: Mapping[str, Any]) -> Event:
    content = hashlib.sha256(msgspec.json.encode(document, order="deterministic")).hexdigest()
    return event_from_mapping(
        {
            "id": f"{kind}/{name}/{content[:16]}",
            "source": SOURCE,
            "type": f"{kind}.published",
            "subject": name,
            "time": _SINCE,
            "recordedtime": _SINCE,
            "data": dict(document),
        }
    )
