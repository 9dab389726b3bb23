"""Appending events to a data folder: through the server where one runs, else under the folder's lock."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from domain.events import Event


class Taken(NamedTuple):
    """What became of an event: accepted, duplicate or refused, and of a refused one its subject and why."""

    status: str
    reason: str


Append = Callable[[Sequence["Event"]], list[Taken]]
"""Appends events together; one answer per event."""


class NotAppended(Exception):
    """Nothing was taken; the message says why."""


@contextmanager
def appending(folder: Path, now: int) -> Iterator[Append]:
    """Appends events to the log of a folder whose present is `now`. Raises FolderInUse, NotAppended."""
    from streams.clock import ClockSetting, SettingClock, machine_time
    from streams.folder import FolderInUse, FolderLock, owner_of
    from streams.journal import Journal

    owner = owner_of(folder)
    if owner is not None:
        if owner.address is None:
            raise FolderInUse(folder, owner)
        address = owner.address
        yield lambda events: _send(address, events)
        return
    lock = FolderLock(folder)
    journal = Journal(folder / "journal.db", SettingClock(ClockSetting("simulated", now, machine_time())))
    try:
        yield lambda events: [
            Taken(result.status, f"{event.subject}: {result.reason}")
            for event, result in zip(events, journal.append(events), strict=True)
        ]
    finally:
        journal.close()
        lock.release()


def _send(address: str, events: Sequence["Event"]) -> list[Taken]:
    import httpx

    from domain.events import event_document

    documents = [{**event_document(event), "specversion": "1.0"} for event in events]
    for document in documents:
        del document["recordedtime"]
    try:
        answer = httpx.post(
            f"{address}/v1/events",
            json=documents,
            headers={"Content-Type": "application/cloudevents-batch+json"},
            timeout=60,
            trust_env=False,
        )
    except httpx.HTTPError as error:
        raise NotAppended(f"the server at {address} does not answer: {error}") from None
    if answer.status_code != 202:
        raise NotAppended(f"the server at {address} answers {answer.status_code}: {answer.text[:300]}")
    return [
        Taken(
            result["status"],
            f"{event.subject}: {result['reason']['detail']}" if result["status"] == "refused" else "",
        )
        for event, result in zip(events, answer.json()["results"], strict=True)
    ]
