"""A county that sends through an outbox while workers, outbox and brokers are treated badly, and what must hold then.

The clock runs fast (an hour for every tenth of a second), so that limits fall due while something is dead. In the end
the findings in Kafka are compared, entry by entry, with what the judge says of the log in Kafka.
"""

import random
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import msgspec

from domain.events import Event, decode_event
from domain.fold import fold_history
from domain.instants import SECOND, format_instant, parse_instant
from domain.reference import Reference
from domain.subjects.routing import derived
from domain.verdict import issue_document
from streams.clock import ClockSetting, machine_time
from streams.cluster.messages import Kept, is_kept
from streams.cluster.recorded import Recorder
from tests.fault.answering import Killed, Process
from tests.oracle.counties import BEGIN, County
from tests.oracle.outbox import seeds
from tests.support.broker import Node, Three
from tests.support.workers import Worker, make_topics, read, until
from tests.unit.streams.histories import HandClock, base

PARTITIONS = 3
RATE = 36_000.0
SESSION_SECONDS = 10
LATE_SECONDS = 60
_PUBLISHED = 40
Document = dict[str, Any]
Identity = tuple[str, str, bytes]


class Run:
    """A county, its outbox, and its workers, which are not started yet."""

    def __init__(
        self,
        brokers: Node | Three,
        folder: Path,
        number: int,
        names: tuple[str | None, ...] = (None, None),
        **started: Any,
    ) -> None:
        """`started` says how workers are, where it is not as `sundial worker`."""
        self.draw = random.Random(f"workers {number}")
        self.county = County(number, cases=25)
        self.bootstrap = brokers.address
        self.nodes = brokers.nodes if isinstance(brokers, Three) else [brokers]
        self.prefix = f"kill-{uuid.uuid4().hex[:8]}"
        self.clock = ClockSetting("simulated", BEGIN, machine_time(), RATE)
        make_topics(self.bootstrap, self.prefix, PARTITIONS, replication=len(self.nodes))
        self._folder = folder / f"county-{number}"
        self.sent: set[Identity] = set()
        """What was acknowledged."""
        self._published = 0
        self.workers = [
            Worker(self._folder / f"w{n}", self.bootstrap, self.prefix, PARTITIONS, name, **started)
            for n, name in enumerate(names)
        ]
        for one in self.workers:
            (one.folder / "data").mkdir(parents=True)
            (one.folder / "data" / "clock.json").write_bytes(msgspec.json.encode(self.clock))
        self.outbox = self._begin_outbox()
        self.send(seeds(self._folder, HandClock(BEGIN)))
        self.send(self.county.opening())
        self._ill_since: float | None = None
        self.restart_seconds = 0.0
        """The longest time from a failure until every partition had a worker that is well."""

    def now(self) -> int:
        """The simulated present."""
        return self.clock.instant + int((machine_time() - self.clock.machine) * RATE)

    def send(self, events: list[Event]) -> None:
        """Acknowledged when it returns: a hall sends again what was not, and the outbox is begun anew if it died."""
        while True:
            try:
                statuses = self.outbox.append(events)["statuses"]
            except Killed:
                self.outbox.bury()
                self.outbox = self._begin_outbox()
                continue
            self.sent |= {
                _identity(event)
                for event, status in zip(events, statuses, strict=True)
                if status != "refused"
            }
            return

    def work(self, seconds: float) -> None:
        """Send for so long."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._send_some()
            time.sleep(0.15)

    def start(self) -> None:
        """Start the workers, and wait until they have written something."""
        for one in self.workers:
            one.start()
        until("the workers work", lambda: sum(map(len, read(self.bootstrap, f"{self.prefix}.state"))) > 0,
              self.workers)  # fmt: skip

    def ill(self) -> None:
        """Something is about to be killed."""
        if self._ill_since is None:
            self._ill_since = time.monotonic()

    def recover(self, seconds: float = 240) -> None:
        """Send until every partition has a worker that is well."""

        def is_well() -> bool:
            self._send_some()
            return len(set[int]().union(*map(supervised, self.workers))) == PARTITIONS

        until("every partition is supervised", is_well, self.workers, seconds)
        if self._ill_since is not None:
            self.restart_seconds = max(self.restart_seconds, time.monotonic() - self._ill_since)
            self._ill_since = None

    def is_sent(self) -> bool:
        """Whether nothing waits in the outbox."""
        return not self.outbox.append([])["waiting"]

    def close(self) -> None:
        self.outbox.bury()
        for one in self.workers:
            one.kill()

    def _send_some(self) -> None:
        batch = self.county.batch(self.now())
        self._published += sum(not event.subject.startswith("case-") for event in batch)
        if self._published > _PUBLISHED:  # a real catalogue does not change with every tenth event
            batch = [event for event in batch if event.subject.startswith("case-")]
        self.send(batch)

    def _begin_outbox(self) -> Process:
        folder = self._folder / "outbox"
        folder.mkdir(parents=True, exist_ok=True)
        process = Process(
            "tests.fault.outbox_process", str(folder), self.bootstrap, self.prefix, stderr=subprocess.DEVNULL
        )
        process.answer()
        return process


def supervised(worker: Worker) -> set[int]:
    """The partitions of a worker that is well; none of one that is not."""
    if worker.probe("/readyz")[0] != 200:
        return set()
    return {
        int(line.partition('partition="')[2].partition('"')[0])
        for line in worker.probe("/metrics")[1].splitlines()
        if line.startswith("sundial_worker_lag_events{")
    }


def _identity(event: Event) -> Identity:
    return event.source, event.id, msgspec.json.encode([event.subject, event.type, event.time, event.data])


def _told(run: Run, topic: str) -> list[Event]:
    """The events of a topic as recorded, by partition."""
    out = []
    for partition in read(run.bootstrap, f"{run.prefix}.{topic}"):
        recorder = Recorder(run.clock)
        out += [
            decode_event(m.value, recorder.of(m.appended_ms, m.stated)) for m in partition if m.mark is None
        ]
    return out


def judged(run: Run, cutoff: int) -> dict[str, list[Document]]:
    """What the judge says, of the log as it lies in Kafka, that should be issued up to `cutoff`."""
    published, events = _told(run, "reference"), _told(run, "events")
    reference = Reference.of(published, base().holidays)
    subjects: dict[str, list[Event]] = {}
    for event in events:
        subjects.setdefault(event.subject, []).append(event)
    for subject, more in derived([*published, *events], reference).items():
        subjects[subject] = [*subjects.get(subject, []), *more]
    issued = {
        subject: [issue_document(one) for one in fold_history(subject, history, reference, cutoff).issued]
        for subject, history in subjects.items()
    }
    return {subject: some for subject, some in issued.items() if some}


def issued(run: Run, cutoff: int) -> tuple[dict[str, list[Document]], float]:
    """What the workers issued up to `cutoff`, and by how many real seconds the latest was late."""
    out: dict[str, list[Document]] = {}
    latest, limit = 0.0, format_instant(cutoff)
    for partition in read(run.bootstrap, f"{run.prefix}.findings"):
        for message in partition:
            document = msgspec.json.decode(message.value)
            del document["engine"]
            if (document["recorded"], "") > (limit, ""):
                continue
            out.setdefault(message.key, []).append(document)
            known = parse_instant(document["recorded"])
            due = run.clock.machine + (known - run.clock.instant) / RATE
            latest = max(latest, message.appended_ms / 1000 - due / SECOND)
    return out, latest


def differences(told: dict[str, list[Document]], wanted: dict[str, list[Document]]) -> list[str]:
    """Of each subject the first entry that is not as it should be."""
    found = []
    for subject in sorted(told.keys() | wanted.keys()):
        mine, right = told.get(subject, []), wanted.get(subject, [])
        if mine != right:
            least = min(len(mine), len(right))
            index = next((n for n in range(least) if mine[n] != right[n]), least)
            found.append(
                f"{subject}: entry {index} of {len(mine)} is {mine[index : index + 1]}, the judge says "
                f"{right[index : index + 1]} of {len(right)}"
            )
    return found


def compare(run: Run, late_seconds: float) -> None:
    """Every acknowledged event is in Kafka and in the state of its subject; findings equal the judge's, in time."""
    until("the outbox is empty", run.is_sent, run.workers, 240)
    assert not run.sent - {
        _identity(event) for topic in ("events", "reference") for event in _told(run, topic)
    }
    cutoff = run.now()
    wanted = judged(run, cutoff)
    until("everything up to now is issued", lambda: issued(run, cutoff)[0] == wanted or _differs(run, cutoff, wanted),
          run.workers, 240)  # fmt: skip
    told, late = issued(run, cutoff)
    assert differences(told, wanted) == []
    assert _latest(run) <= run.now(), "a finding of what has not come yet"
    events = {_identity(event) for event in _told(run, "events")}
    until("every event is in the state of its subject", lambda: not events - _kept(run), run.workers)
    assert sum(map(len, read(run.bootstrap, f"{run.prefix}.dead-letters"))) == 0
    print(
        f"{len(run.sent)} events acknowledged, {sum(map(len, told.values()))} findings, the latest {late:.1f} s late"
    )
    assert late < late_seconds


def _latest(run: Run) -> int:
    """As of which instant the latest finding was issued."""
    every = [m for partition in read(run.bootstrap, f"{run.prefix}.findings") for m in partition]
    return max((parse_instant(msgspec.json.decode(m.value)["recorded"]) for m in every), default=0)


def _differs(run: Run, cutoff: int, wanted: dict[str, list[Document]]) -> bool:
    """Whether more was issued than should be: waiting will not mend it."""
    told = issued(run, cutoff)[0]
    return any(len(some) > len(wanted.get(subject, [])) for subject, some in told.items())


def _kept(run: Run) -> set[Identity]:
    newest: dict[str, Kept] = {}
    for partition in read(run.bootstrap, f"{run.prefix}.state"):
        for message in partition:
            if is_kept(message.key):
                newest[message.key] = msgspec.msgpack.decode(message.value, type=Kept)
    return {_identity(decode_event(raw)) for kept in newest.values() for _, _, _, raw in kept.records}
