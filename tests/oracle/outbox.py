"""What an outbox does with events, said a second time and shortly: what comes first, and what goes to everybody."""

from pathlib import Path

from domain.events import Event, decode_event
from domain.events.payloads import EventCorrected, EventRetracted
from streams.door import REFERENCE_FAMILIES
from streams.journal import Journal
from streams.ports import Clock
from sundial.seeding import seed


def seeds(folder: Path, clock: Clock) -> list[Event]:
    """What every installation begins with, as recorded by `clock`; kept in a journal in `folder`."""
    journal = Journal(folder / "seeds.db", clock)
    seed(journal)
    events = [decode_event(record.raw) for record in journal.read(0, 10**6)]
    journal.close()
    return events


class Broadcasting:
    """Tells what goes to the reference topic, which every partition reads, from what goes by subject."""

    def __init__(self) -> None:
        self._published: set[tuple[str, str]] = set()

    def takes(self, event: Event) -> bool:
        """Asked of each event once, in the order of sending: an order goes where that goes which it speaks of."""
        payload = event.payload
        if isinstance(payload, EventCorrected | EventRetracted):
            target = payload.corrects if isinstance(payload, EventCorrected) else payload.retracts
            broadcast = (target.source or event.source, target.id) in self._published
        else:
            broadcast = event.type.startswith((*REFERENCE_FAMILIES, "material.held"))
        if broadcast:
            self._published.add(event.identity)
        return broadcast
