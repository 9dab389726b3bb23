"""`sundial rebuild --from-kafka`: history read anew with plain consumers, and judged in several processes.

Everything that takes long is kept: what was read lies in a folder of its own, and each part of the cases that was
judged is written down. So a rebuild that was stopped goes on where it was, until the exchange.
"""

import multiprocessing
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from domain.reference import Reference
from domain.subjects.kinds import kind_of
from projections.forwarded import Proofs
from projections.rebuild import Cancelled, Outcome, Progress, Report, cases_of, judge_cases, rebuild
from projections.rejudging import Rejudging
from projections.schema import TABLES
from projections.sink import Sink
from projections.tables import SUFFIX, make_copies
from streams.clock import ClockSetting, kept_setting
from streams.cluster.mirror.log import MirrorLog
from streams.cluster.mirror.mirror import Mirror
from streams.cluster.mirror.reading import KafkaReading
from streams.cluster.mirror.state import MirrorState
from streams.ports import Store
from sundial.data_folder import DataFolder
from sundial.read_store import open_read_store, open_server
from sundial.settings import Settings
from sundial.shipped import holiday_sets

if TYPE_CHECKING:
    from multiprocessing.pool import IMapIterator

__all__ = ["rebuild_from_kafka", "stored"]

_PARTS: Final = 64
"""Parts of the cases; each is judged whole by one process, or again."""
_ENDED = "the rebuild was stopped; it goes on from there when it is begun again"


class _Done(msgspec.Struct):
    """How far a rebuild has come with its parts."""

    end: int
    """Of the log that it is made of."""
    parts: dict[int, Outcome] = {}


def rebuild_from_kafka(
    settings: Settings,
    folder: DataFolder,
    store: Store,
    live: Sink | None,
    processes: int,
    progress: Progress,
    stop: threading.Event,
) -> Report:
    """Read Kafka anew into a folder of its own, judge everything, and put the tables in place if nothing differs.

    Raises Cancelled once `stop` is set, and what Kafka, the files and the read store raise.
    """
    home = folder.path / "rebuild"
    reading = KafkaReading(settings.kafka, settings.kafka_prefix)
    try:
        setting = kept_setting(folder.clock) or ClockSetting()
        mirror = Mirror(home, settings.kafka_partitions, setting, reading)
        try:
            parts = _Parts(settings, home, processes, stop)
            if not parts.fits(store, mirror.log.end()):
                _fill(mirror, progress, stop)
                make_copies(store, TABLES)
                parts.begin(mirror.log.end())
            report = rebuild(
                mirror.log, mirror.state, store, Reference(holiday_sets()),
                live=live, progress=progress, stop=stop, judging=parts.judge, goes_on=True,
            )  # fmt: skip
        finally:
            mirror.close()
    finally:
        reading.close()
    shutil.rmtree(home)
    return report


def stored(
    settings: Settings, folder: DataFolder, processes: int, progress: Progress, stop: threading.Event
) -> Report:
    """The same where no sink runs; opens the read store itself."""
    with ExitStack() as opened:
        store = open_read_store(settings, folder, opened)
        return rebuild_from_kafka(settings, folder, store, None, processes, progress, stop)
    raise AssertionError("unreachable")


def _fill(mirror: Mirror, progress: Progress, stop: threading.Event) -> None:
    """Read everything that is in Kafka now."""
    begun = None
    while not mirror.caught_up:
        if stop.is_set():
            raise Cancelled(_ENDED)
        moved = mirror.step()
        begun = mirror.behind if begun is None else max(begun, mirror.behind)
        progress("kafka", begun - mirror.behind, begun)
        if not moved:
            time.sleep(0.05)


class _Parts:
    """Judges the cases part by part, in processes of their own."""

    def __init__(self, settings: Settings, home: Path, processes: int, stop: threading.Event) -> None:
        self._settings = settings
        self._home = home
        self._processes = processes
        self._stop = stop
        self._file = home / "parts.json"
        self._done = _Done(0)

    def fits(self, store: Store, end: int) -> bool:
        """Whether an earlier attempt on a log with this end can be gone on with: its copies of the tables are there."""
        try:
            self._done = msgspec.json.decode(self._file.read_bytes(), type=_Done)
        except (FileNotFoundError, msgspec.DecodeError):
            return False
        sql = "SELECT count() FROM system.tables WHERE database = currentDatabase() AND endsWith(name, {suffix:String})"
        return self._done.end == end and store.execute(sql, {"suffix": SUFFIX}) == [(len(TABLES),)]

    def begin(self, end: int) -> None:
        """Nothing is judged yet of a log with this end."""
        self._done = _Done(end)
        self._write()

    def judge(self, rejudging: Rejudging, progress: Progress) -> Outcome:
        """Judge the parts that are left; the outcome of all. Raises Cancelled."""
        left = [part for part in range(_PARTS) if part not in self._done.parts]
        progress("cases", _PARTS - len(left), _PARTS)
        if left:
            context = multiprocessing.get_context("spawn")
            given = (self._settings, self._home, rejudging.proofs())
            with context.Pool(self._processes, _open, given) as pool:
                for part, outcome in self._answers(pool.imap_unordered(_judge, left)):
                    self._done.parts[part] = outcome
                    self._write()
                    progress("cases", len(self._done.parts), _PARTS)
        return _together(self._done.parts.values())

    def _answers(self, answers: "IMapIterator[tuple[int, Outcome]]") -> Iterator[tuple[int, Outcome]]:
        while True:
            if self._stop.is_set():
                raise Cancelled(_ENDED)
            try:
                yield answers.next(timeout=0.2)
            except multiprocessing.TimeoutError:
                continue
            except StopIteration:
                return

    def _write(self) -> None:
        beside = self._file.with_suffix(".new")
        beside.write_bytes(msgspec.json.encode(self._done))
        beside.replace(self._file)


class _Judge:
    """What a process of its own judges with."""

    def __init__(self, settings: Settings, home: Path, proofs: Proofs) -> None:
        self.store = open_server(settings)
        log = MirrorLog(home / "log.db", settings.kafka_partitions)
        state = MirrorState(home / "state.db", settings.kafka_partitions, log)
        self.rejudging = Rejudging(log, state, Reference(holiday_sets()))
        self.rejudging.believe(proofs)


_own: _Judge


def _open(settings: Settings, home: Path, proofs: Proofs) -> None:
    global _own
    _own = _Judge(settings, home, proofs)


def _judge(part: int) -> tuple[int, Outcome]:
    cases = [one for one in cases_of(_own.store, part, _PARTS) if kind_of(one) == "case"]
    return part, judge_cases(_own.store, _own.rejudging, cases, lambda *_: None, threading.Event())


def _together(outcomes: Iterable[Outcome]) -> Outcome:
    whole = Outcome()
    for one in outcomes:
        whole.cases += one.cases
        whole.findings += one.findings
        whole.different += one.different
        whole.differences = [*whole.differences, *one.differences][:20]
        whole.reissued += one.reissued
        whole.older += one.older
    return whole
