"""The reference data as read so far, and where in the log it changed."""

from bisect import bisect_right
from collections.abc import Sequence

from domain.reference import Reference
from streams.judging import Placed, decode, refer
from streams.ports import DeadLetter, EventLog


class KnownReference:
    """Grows with the log; `base` is what is known without it (holiday sets)."""

    def __init__(self, base: Reference) -> None:
        self.reference = base
        self._changes: list[tuple[int, int]] = []
        """(position, recorded instant) of every change."""

    @property
    def position(self) -> int:
        """The position of the last change, 0 before the first."""
        return self._changes[-1][0] if self._changes else 0

    @property
    def changed(self) -> int:
        """The recorded instant of the last change, 0 before the first."""
        return self._changes[-1][1] if self._changes else 0

    def position_at(self, instant: int) -> int:
        """The position of the last change recorded up to `instant`; 0 before the first."""
        for position, recorded in reversed(self._changes):
            if recorded <= instant:
                return position
        return 0

    def changed_by(self, position: int, instant: int) -> bool:
        """Whether a change after `position` was recorded at or before `instant`."""
        newer = self._changes[bisect_right(self._changes, (position, 2**63)) :]
        return any(recorded <= instant for _, recorded in newer)

    def take(self, events: Sequence[Placed], recorded: int, dead: list[DeadLetter]) -> None:
        """The reference events of one recorded instant; those nothing can be judged with become dead letters."""
        self.reference = refer(self.reference, events, recorded, dead)
        self._changes.append((events[-1].position, recorded))


def known_reference(log: EventLog, until: int, refused: set[int | None], base: Reference) -> KnownReference:
    """What the log says up to and including position `until`, less the positions that were refused then."""
    known = KnownReference(base)
    records = [record for record in log.reference(until) if record.position not in refused]
    events = [Placed(record.position, event) for record in records if (event := decode(record, []))]
    if events:
        known.reference = refer(base, events, events[-1].event.recorded, [])
        # a correction that came before what it corrects stands at the position of the latter
        changes: dict[int, int] = {}
        for position, event in events:
            changes[position] = max(changes.get(position, event.recorded), event.recorded)
        known._changes = sorted(changes.items())
    return known
