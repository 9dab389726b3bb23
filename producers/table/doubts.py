"""What can be imported as it stands and is worth a look: it will be judged as the file says it."""

from typing import Final

import msgspec

from domain.events import Event
from domain.instants import parse_instant

_ROWS: Final = 20
_BEGINS: Final = frozenset(("case.accepted", "case.applied", "case.materials_received"))


class Doubt(msgspec.Struct):
    """What is odd, how often, and the first rows that have it."""

    what: str
    count: int
    rows: list[int]


class Doubts:
    """Collects what is odd of the rows, by kind."""

    def __init__(self) -> None:
        self._found: dict[str, Doubt] = {}

    def look(self, event: Event, first: Event, row: int) -> None:
        """Look at an event and at the first one that its row gives."""
        if event.time < first.time:
            self._add(f"{event.type} lies before {first.type}", row)
        data = event.data
        if event.type in _BEGINS:
            for name in ("hall", "item"):
                if data.get(name) is None:
                    self._add(f"{event.type} names no {name}", row)
        limit = data.get("promised_limit")
        until = limit.get("until") if isinstance(limit, dict) else None
        if until is not None and parse_instant(until) < event.time:
            self._add(f"promised_limit of {event.type} ends before {event.type} itself", row)

    def all(self) -> list[Doubt]:
        """Each kind once, in the order of its first row."""
        return list(self._found.values())

    def _add(self, what: str, row: int) -> None:
        doubt = self._found.setdefault(what, Doubt(what, 0, []))
        doubt.count += 1
        if len(doubt.rows) < _ROWS:
            doubt.rows.append(row)
