"""A data folder under a clock moved by hand, with its read store."""

from pathlib import Path
from typing import Any

from domain.events import Event
from domain.reference_view import View
from projections.materials import Materials
from projections.schema import migrate
from projections.sink import Sink
from projections.store import ChdbStore
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from tests.support.engines import AnyStore
from tests.unit.streams.histories import HandClock, base, open_hall


class World:
    """Journal, supervision, sink and read store of one folder; nothing runs by itself."""

    def __init__(self, folder: Path, store: AnyStore | None = None) -> None:
        """`store` stands in for the library in `folder`; whoever gave it closes it."""
        self.folder = folder
        self.clock = HandClock()
        self.journal = Journal(folder / "journal.db", self.clock)
        self.state = State(folder / "state.db")
        self.supervision = Supervision(self.journal, self.state, self.clock, base())
        self._is_own = store is None
        self.store: AnyStore = ChdbStore(folder / "read") if store is None else store
        migrate(self.store)
        self.sink = self.new_sink()

    def new_sink(self) -> Sink:
        """A sink that has just been started."""
        return Sink(self.journal, self.state, self.store, base())

    def open_hall(self) -> None:
        """The hall `weixian` and the item `permit`: 2 working days promised, 4 by law."""
        open_hall(self.journal)

    def send(self, *events: Event, at: int | None = None) -> None:
        """Append, once the clock stands at `at`."""
        if at is not None:
            self.clock.instant = at
        results = self.journal.append(list(events))
        assert all(result.status == "accepted" for result in results), results

    def supervise(self, until: int | None = None) -> None:
        """Judge everything up to now, or up to a later instant."""
        if until is not None:
            self.clock.instant = until
        while self.supervision.turn():
            pass

    def settle(self, until: int | None = None) -> None:
        """Judge, and carry everything to the read store."""
        self.supervise(until)
        self.sink.drain()

    def view(self) -> View:
        """The reference data as known now."""
        return Materials(self.journal, base()).refresh().at(self.clock.now())

    def rows(self, table: str, final: bool = False) -> list[dict[str, Any]]:
        """All rows of a table, in order."""
        names = [name for (name,) in self.store.execute(
            "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String} "
            "ORDER BY position", {"table": table})]  # fmt: skip
        columns = ", ".join(f"`{name}`" for name in names)
        found = self.store.execute(f"SELECT {columns} FROM {table} {'FINAL' if final else ''} ORDER BY ALL")
        return [dict(zip(names, row, strict=True)) for row in found]

    def close(self) -> None:
        """Close all of it."""
        if self._is_own:
            self.store.close()
        self.state.close()
        self.journal.close()
