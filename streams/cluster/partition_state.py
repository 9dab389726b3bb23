"""A partition's state: written to Kafka first, with everything else of the run, and then to the local file."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from domain.events import Event, InvalidEvent, decode_event, encode_event
from domain.instants import format_instant
from domain.orders import is_order
from domain.subjects.shelves import Shelves
from streams.cluster.kept_state import KeptState
from streams.cluster.messages import (
    Kept,
    Letter,
    Message,
    Outgoing,
    Progress,
    is_kept,
    kept_key,
    letter_key,
    letter_key_of,
    progress_key,
    reference_key,
)
from streams.cluster.open_subjects import OpenSubjects
from streams.cluster.partition_log import Arrival, PartitionLog
from streams.database import transaction
from streams.ports import MISPLACED, Changes, DeadLetter, SubjectState

__all__ = ["PartitionState", "Written"]

Written = Callable[[Sequence[Outgoing]], int]
"""Writes messages in one transaction; the last offset of the changelog after it. Raises when it was not committed."""

_KEPT = msgspec.msgpack.Decoder(Kept)
_LETTER = msgspec.msgpack.Decoder(Letter)
_STANDING = msgspec.msgpack.Decoder(tuple[int, Progress])
_PROGRESS = msgspec.msgpack.Decoder(Progress)


class PartitionState(KeptState):
    """The state of one stage of one partition."""

    def __init__(
        self,
        path: Path,
        log: PartitionLog,
        partition: int,
        stage: int,
        write: Written,
        receivers: Callable[[str], int],
        progress: Callable[[Progress], Progress],
    ) -> None:
        """`receivers` is the partition of a subject; `progress` adds to a progress what only the partition knows."""
        super().__init__(path)
        self._log = log
        self._partition = partition
        self._stage = stage
        self._written = write
        self._receivers = receivers
        self._progress = progress
        self._shelves = Shelves(self._on_shelf, self._put_on_shelf)
        self._standing_file = path.with_suffix(".standing")
        self._open = OpenSubjects(key for (key,) in self._reader.rows("SELECT key FROM subjects WHERE open"))

    def save(self, changes: Changes) -> dict[str, int]:
        """Commit the run to Kafka, then keep it here. Raises what `Written` raises; then nothing is kept."""
        progress = self._progress(self._progress_at(changes.position, changes.judged_until))
        last = self._written(self._messages(changes, progress))
        keys = super().save(changes)
        self.reached(last, progress)
        return keys

    def open_subjects(self) -> int:
        """How many subjects are open. Asked in every cycle, so it is not counted."""
        return len(self._open)

    def standing(self) -> tuple[int, Progress]:
        """The offset of the changelog that this file has taken in (-1 at first), and its progress then."""
        try:
            return _STANDING.decode(self._standing_file.read_bytes())
        except (FileNotFoundError, msgspec.DecodeError):
            return -1, Progress(0, 0, -1, None, -1, None)

    def reached(self, offset: int, progress: Progress) -> None:
        """Everything of the changelog up to `offset` is in this file. Telling too little does no harm."""
        part = self._standing_file.with_suffix(".part")
        part.write_bytes(msgspec.msgpack.encode((offset, progress)))
        part.replace(self._standing_file)

    def take_in(self, messages: Sequence[Message], reference: Callable[[int], Arrival]) -> Progress | None:
        """Take records of the changelog in; the stage's last progress among them.

        `reference` is the reference record at an offset. Taking a record in twice does no harm.
        """
        progress: Progress | None = None
        placed: list[tuple[int, Arrival]] = []
        kept: list[Kept] = []
        letters: list[Letter] = []
        for message in messages:
            if message.key == progress_key(self._stage):
                progress = _PROGRESS.decode(message.value)
            elif message.key.startswith(reference_key(self._stage)):
                arrival = reference(int(message.key.rpartition("/")[2]))
                placed.append((int(message.value), arrival))
            elif message.key.startswith(letter_key(self._stage)):
                letters.append(_LETTER.decode(message.value))
            elif is_kept(message.key) and (one := _KEPT.decode(message.value)).stage == self._stage:
                kept.append(one)
                placed += [(p, Arrival("events", x, t, one.subject, raw)) for p, x, t, raw in one.records]
        self._log.put(placed)
        with self._write_lock, transaction(self._writer):
            for one in kept:
                self._put(one)
            for position, arrival in placed:
                if arrival.origin == "reference":
                    self._shelve(position, arrival)
            for letter in letters:
                self._put_letter(letter.letter, letter.replayed_at)
            if progress is not None:
                self._save_progress(progress.position, progress.judged_until)
        return progress

    def _save_subjects(self, subjects: Sequence[SubjectState]) -> dict[str, int]:
        keys = super()._save_subjects(subjects)
        for one in subjects:
            self._open.set(keys[one.subject], one.open)
        return keys

    def _put(self, kept: Kept) -> None:
        self._writer.execute("DELETE FROM issues WHERE subject = ?", (kept.subject,))
        self._save_issues([(kept.subject, document) for document in kept.issues])
        self._put_signals(kept)
        for lent in _readable(kept.signals):
            self._shelves.note(kept.subject, lent)
        if not kept.engine:
            return
        keys = self._put_subject(kept, kept.reference_position)
        if kept.verdict is not None:
            self._save_verdicts([(kept.subject, kept.verdict)], keys)

    def _shelve(self, position: int, arrival: Arrival) -> None:
        """What the shared base holds, and orders about that, are kept by applicant, once."""
        for event in _readable([(arrival.recorded, arrival.raw)]):
            self._shelves.enter(event)
            if is_order(event) and not self._log.is_reference(position):
                history = self._log.history(event.subject, position)
                self._shelves.amend(event, _readable([(one.recorded, one.raw) for one in history]))

    def _on_shelf(self, subject: str) -> list[Event]:
        """Rows of a shelf, those of the present transaction among them."""
        sql = "SELECT recorded, raw FROM signals WHERE subject = ? ORDER BY number"
        return _readable(self._writer.execute(sql, (subject,)).fetchall())

    def _put_on_shelf(self, subject: str, event: Event) -> None:
        self._save_signals([(subject, event.recorded, encode_event(event))])

    def _put_letter(self, letter: DeadLetter, replayed_at: int | None) -> None:
        known = (letter.position, letter.subject, letter.kind)
        execute = self._writer.execute
        execute("DELETE FROM dead_letters WHERE position IS ? AND subject = ? AND kind = ?", known)
        execute(
            "INSERT INTO dead_letters (position, subject, kind, cause, at, replayed_at) VALUES (?, ?, ?, ?, ?, ?)",
            (*known, letter.cause, letter.at, replayed_at),
        )

    def _messages(self, changes: Changes, progress: Progress) -> list[Outgoing]:
        mine, messages = self._partition, list[Outgoing]()
        for subject, document in changes.issues:
            messages.append(Outgoing("findings", mine, subject, document))
        for letter in changes.dead_letters:
            messages.append(
                Outgoing("dead-letters", mine, letter.subject, msgspec.json.encode(self._told(letter)))
            )
            messages.append(self._kept_letter(letter, None))
        for row in self.dead_letters() if changes.replayed else ():
            if row.number in changes.replayed:
                messages.append(self._kept_letter(row.letter, changes.judged_until))
        for subject, _, raw in changes.forwarded:
            messages.append(Outgoing("signals", self._receivers(subject), subject, raw))
        for kept in self._kept(changes):
            messages.append(Outgoing("state", mine, kept_key(kept), msgspec.msgpack.encode(kept)))
        before = self.position()
        for placed in self._log.placements("reference", before, changes.position):
            key = f"{reference_key(self._stage)}{placed.place}"
            messages.append(Outgoing("state", mine, key, str(placed.position).encode()))
        messages.append(Outgoing("state", mine, progress_key(self._stage), msgspec.msgpack.encode(progress)))
        return messages

    def _progress_at(self, position: int, judged_until: int) -> Progress:
        """How far the stage has come when it has judged up to `position`."""
        own = self._log.place("events" if self._stage == 1 else "signals", position)
        return Progress(position, judged_until, *own, *self._log.place("reference", position))

    def _kept(self, changes: Changes) -> list[Kept]:
        issues: dict[str, list[bytes]] = {}
        for subject, document in changes.issues:
            issues.setdefault(subject, []).append(document)
        signals: dict[str, list[tuple[int, bytes]]] = {}
        for subject, recorded, raw in changes.signals:
            signals.setdefault(subject, []).append((recorded, raw))
        verdicts = dict(changes.verdicts)
        states = {one.subject: one for one in changes.subjects}
        told = self._log.subjects(self.position(), changes.position)
        unjudged = [SubjectState(one, b"", None, False, "", 0) for one in told if one not in states]
        return [
            Kept(
                self._stage,
                one.subject,
                one.next_change,
                one.open,
                one.engine,
                one.reference_position,
                one.revision,
                [
                    (x.position, x.place, x.recorded, x.raw)
                    for x in self._log.own(one.subject, changes.position)
                ],
                [(x.recorded, x.raw) for x in self.signals(one.subject)] + signals.get(one.subject, []),
                [x.document for x in self.issues_of(one.subject)] + issues.get(one.subject, []),
                verdicts.get(one.subject) or self._verdict(one.subject),
                self._log.place("reference", one.reference_position)[0],
            )
            for one in [*changes.subjects, *unjudged]
        ]

    def _kept_letter(self, letter: DeadLetter, replayed_at: int | None) -> Outgoing:
        key = letter_key_of(self._stage, letter)
        place = (
            (None, None) if letter.position is None else self._log.origin_of(letter.position) or (None, None)
        )
        value = msgspec.msgpack.encode(Letter(letter, replayed_at, *place))
        return Outgoing("state", self._partition, key, value)

    def _verdict(self, subject: str) -> bytes | None:
        rows = self._reader.rows(
            "SELECT document FROM verdicts JOIN subjects USING (key) WHERE subject = ?", subject
        )
        return rows[0][0] if rows else None

    def _told(self, letter: DeadLetter) -> dict[str, object]:
        """A dead letter for those who read the topic: with its place in Kafka."""
        origin = "events" if self._stage == 1 else "signals"
        place = None if letter.position is None else self._log.origin_of(letter.position)
        return {
            "subject": letter.subject.removeprefix(MISPLACED),
            "kind": letter.kind,
            "cause": letter.cause,
            "at": format_instant(letter.at),
            "partition": self._partition,
            "stage": origin,
            "topic": place and place[0],
            "offset": place and place[1],
        }


def _readable(rows: Sequence[tuple[int, bytes]]) -> list[Event]:
    """The events of (recorded instant, event) that this version can read."""
    events = []
    for recorded, raw in rows:
        with suppress(InvalidEvent):
            events.append(decode_event(raw, recorded))
    return events
