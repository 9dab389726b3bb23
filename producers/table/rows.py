"""Rows as events: the rules of `events`, one row per case or per event."""

from typing import Any

import msgspec

from domain.events import Event, InvalidEvent
from domain.instants import format_instant
from producers.making import make_event
from producers.table.doubts import Doubts
from producers.table.errors import MappingError, RowRefused
from producers.table.fields import Cells, ColumnValue, text_of
from producers.table.mapping import EventRule, Mapping
from producers.table.spool import TableSpool
from producers.table.templates import reference_event


class Registry:
    """The halls and items that the rows name, and what is to be published of each."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self.made: dict[tuple[str, str], dict[str, Any]] = {}
        self._varying = {kind: template.varying for kind, template in mapping.made.items()}
        self.named: dict[str, set[str]] = {"hall": set(), "item": set()}

    def meet(self, data: dict[str, Any], rule: EventRule, cells: Cells) -> None:
        """Take in what an event names. Raises RowRefused where two rows say different things of one hall or item."""
        for field, kind in (("hall", "hall"), ("to_hall", "hall"), ("from_hall", "hall"), ("item", "item")):
            name = data.get(field)
            if name is None:
                continue
            self.named[kind].add(name)
            template = self._mapping.made.get(kind)
            if template is None:
                continue
            known = self.made.get((kind, name))
            document = (template if known is None else self._varying[kind]).fill(cells)
            if known is None:
                document.setdefault("title", self._title(rule, field, name, cells))
                self._check(kind, name, document)
                self.made[kind, name] = document
            elif any(known.get(key) != value for key, value in document.items()):
                said = next(key for key, value in document.items() if known.get(key) != value)
                raise RowRefused(
                    "",
                    name,
                    f"{kind} {name!r}: {said} {document[said]!r}, but an earlier row says {known.get(said)!r}",
                )

    def _title(self, rule: EventRule, field: str, name: str, cells: Cells) -> str:
        part = rule.data.fields.get(field)
        if getattr(part, "kind", "") == "id" and getattr(part, "values", None) is None:
            return text_of(part.raw(cells)) or name  # type: ignore[union-attr]
        return name

    def _check(self, kind: str, name: str, document: dict[str, Any]) -> None:
        try:
            reference_event(f"{kind}.published", name, {kind: name, **document}, "x", 0, f"{kind}s")
        except MappingError as error:
            raise RowRefused("", name, f"{error.path}: {error.expected}") from None

    def events(self, recorded: int) -> list[Event]:
        """Calendars, profiles, items and halls, all recorded at one instant."""
        out = [
            msgspec.structs.replace(one, recorded=recorded, time=min(one.time, recorded))
            for one in self._mapping.documents
        ]
        for (kind, name), document in sorted(self.made.items(), reverse=True):
            data = {kind: name, **document}
            out.append(
                reference_event(f"{kind}.published", name, data, self._mapping.source, recorded, f"{kind}s")
            )
        return out


class RowTaker:
    """Takes rows into the spool. `latest` is the present: what happens after it is refused."""

    def __init__(self, mapping: Mapping, spool: TableSpool, registry: Registry, latest: int) -> None:
        self._mapping = mapping
        self._spool = spool
        self._registry = registry
        self._latest = latest
        self.repeated = 0
        self.doubts = Doubts()

    def take(self, case: str, cells: Cells, row: int) -> int:
        """The events of one row; how many it gives. Raises RowRefused."""
        if self._mapping.rows == "case":
            first = self._spool.first_row(case, row)
            if first != row:
                raise RowRefused(
                    self._mapping.case.column, case, f"expected one row per case; row {first} has it too"
                )
        count = 0
        opening: Event | None = None
        mark = self._row_id(cells)
        for rule in self._mapping.events:
            if rule.when and not all(one(cells) for one in rule.when):
                continue
            time = rule.time.instant(cells)
            if time is None:
                continue
            count += 1
            event = self.make(rule, case, time, cells, mark)
            opening = opening or event
            self._add(event, row)
            self.doubts.look(event, opening, row)
        return count

    def make(self, rule: EventRule, case: str, time: int, cells: Cells, mark: str | None) -> Event:
        """The event of a rule. Raises RowRefused."""
        data = rule.data.fill(cells)
        event = self.event(rule.type, rule.what, case, time, data, mark, rule.time)
        self._registry.meet(data, rule, cells)
        return event

    def event(
        self,
        kind: str,
        what: str,
        case: str,
        time: int,
        data: dict[str, Any],
        mark: str | None,
        column: ColumnValue,
    ) -> Event:
        """One event; `mark` tells it from others of its case and kind. Raises RowRefused."""
        self.check_time(time, column)
        id = f"{case}/{what}" if mark is None else f"{case}/{what}/{mark or _shown(time)}"
        try:
            return make_event(kind, case, time, data, id=id, source=self._mapping.source)
        except InvalidEvent as error:
            name = column.column if error.path == "time" else ""
            raise RowRefused(name, "", f"{kind}: {error}") from None
        except (OverflowError, ValueError) as error:
            raise RowRefused(column.column, "", f"{kind}: {error}") from None

    def check_time(self, time: int, column: ColumnValue) -> None:
        """Raise RowRefused for what has not happened yet."""
        if time > self._latest:
            raise RowRefused(column.column, _shown(time), "lies after the present")

    def _row_id(self, cells: Cells) -> str | None:
        """What tells the events of a row from others of its case: None, the row's id, or empty for the time."""
        if self._mapping.rows == "case":
            return None
        return str(self._mapping.row_id(cells)) if self._mapping.row_id is not None else ""

    def _add(self, event: Event, row: int) -> None:
        earlier = self._spool.add(event, row)
        if earlier is None or earlier == row:
            return
        if self._mapping.rows == "case":
            raise RowRefused(
                self._mapping.case.column,
                event.subject,
                f"expected one row per case; row {earlier} has it too",
            )
        if self._mapping.row_id is not None:
            if not self._spool.holds(event):
                raise RowRefused(
                    self._mapping.row_id.column,
                    event.id,
                    f"row {earlier} has this id, and says something else",
                )
            self.repeated += 1
            return
        number, again = 1, event
        while not self._spool.holds(again):
            number += 1
            again = msgspec.structs.replace(event, id=f"{event.id}/{number}")
            if self._spool.add(again, row) is None:
                return
        self.repeated += 1


def _shown(time: int) -> str:
    try:
        return format_instant(time)
    except (OverflowError, ValueError):
        return "out of range"
