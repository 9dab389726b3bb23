"""A mirror's state file: what the workers found out, in one order that is the same in every mirror.

What is read of Kafka is staged first. It leaves the stage once nothing earlier can come any more, so its order follows
from the topics alone. Issues are numbered one by one in that order; a verdict's `seq` is made of the instant at which
Kafka took it and its partition, since the changelog forgets what was replaced and numbers would move.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from streams.cluster.kept_state import KeptState
from streams.cluster.messages import Kept, Letter, Progress, is_kept, is_letter, progress_stage
from streams.cluster.mirror.log import MirrorLog
from streams.database import transaction
from streams.ports import MISPLACED, Changes, DeadLetterRow, VerdictRow

__all__ = ["LANES", "Lane", "MirrorState", "Staged"]

LANES: Final = 1024
"""More than the partitions of any installation: a verdict's `seq` is milliseconds * LANES + partition."""

Line = Literal["log", "found"]
"""What becomes the log, and what was found out from it."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS lanes (
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    place INTEGER NOT NULL,  -- the next offset to be read
    instant INTEGER,  -- of the last record read
    PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS staged (
    line TEXT NOT NULL,
    instant INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    place INTEGER NOT NULL,
    topic TEXT NOT NULL,
    partition INTEGER NOT NULL,
    subject TEXT NOT NULL,
    value BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS staged_in_order ON staged (line, instant, lane, place);
CREATE TABLE IF NOT EXISTS imports (outbox TEXT PRIMARY KEY, said INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stages (
    partition INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    progress BLOB NOT NULL,
    PRIMARY KEY (partition, stage)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS newest (key INTEGER PRIMARY KEY, seq INTEGER NOT NULL, document BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS newest_by_seq ON newest (seq);
CREATE TABLE IF NOT EXISTS letters (
    number INTEGER PRIMARY KEY,  -- offset in the changelog * LANES + partition, of when it was first told
    partition INTEGER NOT NULL,
    name TEXT NOT NULL,  -- its key in the changelog
    position INTEGER,
    letter BLOB NOT NULL,
    UNIQUE (partition, name)
);
"""

_KEPT = msgspec.msgpack.Decoder(Kept)
_LETTER = msgspec.msgpack.Decoder(Letter)
_PROGRESS = msgspec.msgpack.Decoder(Progress)


class Lane(NamedTuple):
    """A partition of a topic; `topic` is the name without the installation's prefix."""

    topic: str
    partition: int


class Staged(NamedTuple):
    """A record of Kafka that waits for its turn. `instant` is microseconds UTC of the log, or milliseconds of Kafka."""

    line: Line
    instant: int
    lane: int
    """Within one instant lower ones go first."""
    place: int
    topic: str
    partition: int
    subject: str
    value: bytes


class MirrorState(KeptState):
    """The reading side of a `StateStore` over all partitions, in one file that may be lost."""

    def __init__(self, path: Path, partitions: int, log: MirrorLog) -> None:
        """`log` is the mirror's log, in which places of Kafka are looked up."""
        super().__init__(path)
        self._partitions = partitions
        self._log = log
        self._writer.executescript(_SCHEMA)

    # what is staged

    def lanes(self) -> dict[Lane, tuple[int, int | None]]:
        """Of each lane that was read: the next offset, and the instant of the last record."""
        rows = self._reader.rows("SELECT topic, partition, place, instant FROM lanes")
        return {Lane(topic, partition): (place, instant) for topic, partition, place, instant in rows}

    def stage(self, records: Sequence[Staged], lanes: Iterable[tuple[Lane, int, int | None]]) -> None:
        """Keep records, and how far their lanes were read: all or nothing."""
        with self._write_lock, transaction(self._writer):
            self._writer.executemany("INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?)", records)
            self._writer.executemany(
                "INSERT OR REPLACE INTO lanes VALUES (?, ?, ?, ?)",
                [(*lane, place, instant) for lane, place, instant in lanes],
            )

    def imports(self) -> dict[str, int]:
        """Imports of history under way, by outbox: when that was last said, milliseconds of Kafka."""
        return dict(self._reader.rows("SELECT outbox, said FROM imports"))

    def note_import(self, outbox: str, said: int | None) -> None:
        """An import goes on, or (None) has ended."""
        with self._write_lock:
            if said is None:
                self._writer.execute("DELETE FROM imports WHERE outbox = ?", (outbox,))
            else:
                self._writer.execute("INSERT OR REPLACE INTO imports VALUES (?, ?)", (outbox, said))

    def staged(self, line: Line, before: int, limit: int) -> list[tuple[int, Staged]]:
        """Staged records of instants before `before`, in their order, each with its row."""
        rows = self._reader.rows(
            "SELECT rowid, * FROM staged WHERE line = ? AND instant < ? ORDER BY line, instant, lane, place LIMIT ?",
            line,
            before,
            limit,
        )
        return [(row[0], Staged(*row[1:])) for row in rows]

    def unstage(self, rows: Sequence[int]) -> None:
        """Forget staged records: they are in the log."""
        with self._write_lock, transaction(self._writer):
            self._forget(rows)

    # what was found out

    def take(self, found: Sequence[tuple[int, Staged]]) -> None:
        """Take staged records of the line `found` in, in this order, and forget them there: all or nothing."""
        with self._write_lock, transaction(self._writer):
            for _, one in found:
                if one.topic == "findings":
                    self._save_issues([(one.subject, one.value)])
                else:
                    self._take_state(one)
            self._forget([row for row, _ in found])

    def progress(self) -> dict[tuple[int, int], Progress]:
        """How far each stage of each partition has come, by (partition, stage)."""
        rows = self._reader.rows("SELECT partition, stage, progress FROM stages")
        return {(partition, stage): _PROGRESS.decode(raw) for partition, stage, raw in rows}

    def position(self) -> int:
        """The last position of the log up to which everything is judged."""
        return self._log.judged(self.progress())

    def judged_until(self) -> int:
        """Everything recorded before this instant has been judged, whichever partition it is of."""
        known = self.progress()
        stages = ((partition, stage) for partition in range(self._partitions) for stage in (1, 2))
        return min((known[one].judged_until if one in known else 0 for one in stages), default=0)

    def verdicts(self, after: int, limit: int) -> list[VerdictRow]:
        """Current verdicts with seq > `after`, in order; those of one `seq` are never split."""
        sql = "SELECT newest.seq, subject, document FROM newest JOIN subjects USING (key) WHERE newest.seq "
        rows = self._reader.rows(sql + "> ? ORDER BY newest.seq, subject LIMIT ?", after, limit)
        if len(rows) == limit:
            last = rows[-1][0]
            rows = [row for row in rows if row[0] < last] + self._reader.rows(
                sql + "= ? ORDER BY subject", last
            )
        return [VerdictRow(*row) for row in rows]

    def outbox_ends(self) -> tuple[int, int]:
        """The last `seq` of issues and of verdicts, 0 before the first."""
        [(issues,)] = self._reader.rows("SELECT ifnull(max(seq), 0) FROM issues")
        [(verdicts,)] = self._reader.rows("SELECT ifnull(max(seq), 0) FROM newest")
        return issues, verdicts

    def verdicts_after(self, seq: int) -> int:
        """How many current verdicts have a later `seq`."""
        return int(self._reader.rows("SELECT count(*) FROM newest WHERE seq > ?", seq)[0][0])

    def dead_letters(self, *, replayed: bool = False) -> list[DeadLetterRow]:
        """Dead letters by number; those replayed already only when asked for."""
        rows = []
        for number, here, raw in self._reader.rows(
            "SELECT number, position, letter FROM letters ORDER BY number"
        ):
            kept = _LETTER.decode(raw)
            if replayed or kept.replayed_at is None:
                subject = kept.letter.subject.removeprefix(MISPLACED)
                letter = replace(kept.letter, position=here, subject=subject)
                rows.append(DeadLetterRow(number, letter, kept.replayed_at))
        return rows

    def letter_names(self, numbers: Sequence[int]) -> dict[int, tuple[int, str]]:
        """Partition and key in the changelog of dead letters."""
        rows = self._rows_of("SELECT number, partition, name FROM letters WHERE number IN ({})", numbers)
        return {number: (partition, name) for number, partition, name in rows}

    def save(self, changes: Changes) -> dict[str, int]:
        """Nothing is saved here: what is found out comes from Kafka."""
        raise TypeError("a mirror is filled from Kafka alone")

    def _take_state(self, one: Staged) -> None:
        stage = progress_stage(one.subject)
        if stage is not None:
            row = (one.partition, stage, one.value)
            self._writer.execute("INSERT OR REPLACE INTO stages VALUES (?, ?, ?)", row)
        elif is_letter(one.subject):
            self._take_letter(one)
        elif is_kept(one.subject):
            self._put(_KEPT.decode(one.value), one)

    def _take_letter(self, one: Staged) -> None:
        letter, here = _LETTER.decode(one.value), None
        if letter.topic in ("events", "reference") and letter.offset is not None:
            here = self._log.position_of(
                letter.topic, one.partition if letter.topic == "events" else 0, letter.offset
            )
        self._writer.execute(
            "INSERT INTO letters VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (partition, name) DO UPDATE SET letter = excluded.letter",
            (one.place * LANES + one.partition, one.partition, one.subject, here, one.value),
        )

    def _put(self, kept: Kept, one: Staged) -> None:
        if kept.signals:  # what is not judged by a stage was forwarded nothing by it
            self._put_signals(kept)
        if not kept.engine:
            return
        keys = self._put_subject(kept, self._log.position_of("reference", 0, kept.reference_place) or 0)
        if kept.verdict is not None:
            seq = one.instant * LANES + one.partition
            row = (keys[kept.subject], seq, kept.verdict)
            self._writer.execute("INSERT OR REPLACE INTO newest VALUES (?, ?, ?)", row)

    def _forget(self, rows: Sequence[int]) -> None:
        self._writer.executemany("DELETE FROM staged WHERE rowid = ?", [(row,) for row in rows])
