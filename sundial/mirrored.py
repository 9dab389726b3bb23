"""Sink and API of the cluster size, put together: each over a mirror of Kafka of its own."""

import threading
import time
from contextlib import ExitStack
from typing import Final

from api.auth import Tokens
from api.services import Carrying, Rebuilding, Running, Services
from domain.reference import Reference
from projections.carried import standing_of
from projections.rebuild import Progress, Report, rebuild
from projections.sink import Sink
from projections.statements import StoreError
from streams.clock import SettingClock, choose_setting
from streams.cluster.mirror.mirror import Mirror
from streams.cluster.mirror.reading import KafkaReading
from streams.cluster.mirror.replaying import Replaying
from streams.folder import FolderLock
from streams.ports import Store
from sundial.admission import open_admission
from sundial.answering import Parts, services_of_parts
from sundial.data_folder import DataFolder
from sundial.read_store import open_read_store
from sundial.rebuilding import rebuild_from_kafka
from sundial.settings import Settings
from sundial.shipped import holiday_sets
from sundial.startup import CannotBegin, check_topics

__all__ = ["Mirrored", "open_answering", "open_carrying"]


class _Opened:
    """What both have: folder, clock, mirror, read store, closed by `closing`."""

    def __init__(self, settings: Settings, closing: ExitStack) -> None:
        if settings.store == "chdb":
            raise CannotBegin(
                "the setting `store` names no server: sink and API are processes of their own, and share one; "
                "expected clickhouse://host:port/database"
            )
        self.told = check_topics(settings)
        self.folder = DataFolder.make(settings.data)
        self.lock = FolderLock(self.folder.path)
        closing.callback(self.lock.release)
        self.clock = SettingClock(choose_setting(self.folder.clock))
        self.store: Store = open_read_store(settings, self.folder, closing)
        reading = KafkaReading(settings.kafka, settings.kafka_prefix)
        closing.callback(reading.close)
        self.mirror = Mirror(self.folder.mirror, settings.kafka_partitions, self.clock.setting, reading)
        closing.callback(self.mirror.close)

    def not_judged(self) -> int:
        """Events that were read and are not judged."""
        return max(0, self.mirror.log.end() - self.mirror.state.position())


class Mirrored:
    """A mirror at work, with whatever runs beside it: set going by `start`, ended by `close`."""

    def __init__(self, one: _Opened, running: Running, closing: ExitStack, sink: Sink | None = None) -> None:
        self.running = running
        self.path = one.folder.path
        self.told = one.told
        """What differs of the topics, and only costs."""
        self._lock = one.lock
        self._closing = closing
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=one.mirror.run, args=(self._stop,), name="mirror")]
        if sink is not None:
            self._threads.append(threading.Thread(target=sink.run, args=(self._stop,), name="sink"))

    def start(self) -> None:
        """Begin to read, and to carry."""
        for thread in self._threads:
            thread.start()

    def publish(self, url: str) -> None:
        """Let commands beside this process find it."""
        self._lock.publish(url)

    def close(self) -> None:
        """End everything after the work under way."""
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        self._closing.close()


def open_carrying(settings: Settings) -> tuple[Mirrored, Carrying]:
    """The sink, and what its application needs. Nothing runs yet.

    Raises CannotBegin, KafkaUnusable, FolderUnusable, FolderInUse, StoreError, AheadOfSource.
    """
    with ExitStack() as opened:
        one = _Opened(settings, opened)
        log, state = one.mirror.log, one.mirror.state
        sink = Sink(log, state, one.store, Reference(holiday_sets()), ready=lambda: one.mirror.caught_up)

        def make_anew(progress: Progress, stop: threading.Event) -> Report:
            base = Reference(holiday_sets())
            return rebuild(log, state, one.store, base, live=sink, progress=progress, stop=stop)

        def readings() -> dict[str, float]:
            standing = sink.standing
            return {
                **_readings(one),
                "sundial_projection_lag_events": log.end() - standing.position,
                "sundial_projection_lag_verdicts": (
                    state.outbox_ends()[0] - standing.issues + state.verdicts_after(standing.verdicts)
                ),
                "sundial_projection_failures": sink.failures,
            }

        def from_kafka(processes: int, progress: Progress, stop: threading.Event) -> Report:
            return rebuild_from_kafka(settings, one.folder, one.store, sink, processes, progress, stop)

        tokens = Tokens(one.folder.tokens)
        opened.callback(tokens.close)
        carrying = Carrying(
            tokens=tokens,
            probes={"mirror": one.mirror.not_ready, "read store": lambda: sink.last_error},
            readings=readings,
            rebuilding=Rebuilding(make_anew, from_kafka),
        )
        return Mirrored(one, carrying, opened.pop_all(), sink), carrying
    raise AssertionError("unreachable")


def open_answering(settings: Settings) -> tuple[Mirrored, Services]:
    """The API, and what its application needs. Nothing runs yet. Raises as `open_carrying` does, and BadKey."""
    with ExitStack() as opened:
        one = _Opened(settings, opened)
        log, state = one.mirror.log, one.mirror.state
        carried = _Carried(one.store)
        replaying = Replaying(state, settings.kafka, settings.kafka_prefix)
        opened.callback(replaying.close)

        def behind() -> int:
            return max(one.not_judged(), one.mirror.behind, log.end() - carried.position())

        parts = Parts(
            log=log,
            state=state,
            store=one.store,
            clock=one.clock,
            behind=behind,
            version=carried.version,
            probes={"mirror": one.mirror.not_ready},
            degraded={"read store": carried.trouble},
            readings=lambda: {
                **_readings(one), "sundial_projection_lag_events": log.end() - carried.position()
            },
            dead_letters=state.dead_letters,
            replay_dead_letters=replaying.replay,
            shared=True,
        )  # fmt: skip
        services = services_of_parts(settings, open_admission(settings, one.folder, opened), parts)
        return Mirrored(one, services, opened.pop_all()), services
    raise AssertionError("unreachable")


class _Carried:
    """How far the sink, which is another process, has filled the read store; asked a few times a second at most."""

    _SECONDS: Final = 0.2

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._asked = 0.0
        self._standing = standing_of(store)
        self._trouble: str | None = None

    def version(self) -> object:
        """Changes whenever something new can be asked for."""
        self._ask()
        return self._standing

    def position(self) -> int:
        """The last position of the log that can be asked for."""
        self._ask()
        return self._standing.position

    def trouble(self) -> str | None:
        """Why the read store does not answer, None while it does."""
        self._ask()
        return self._trouble

    def _ask(self) -> None:
        with self._lock:
            now = time.monotonic()
            if now - self._asked < self._SECONDS:
                return
            self._asked = now
            try:
                self._standing, self._trouble = standing_of(self._store), None
            except StoreError as error:
                self._trouble = str(error)


def _readings(one: _Opened) -> dict[str, float]:
    state = one.mirror.state
    return {
        "sundial_log_events": one.mirror.log.end(),
        "sundial_supervisor_lag_events": one.not_judged(),
        "sundial_open_subjects": state.open_subjects(),
        "sundial_supervisor_issues": state.outbox_ends()[0],
        "sundial_dead_letters": len(state.dead_letters()),
        "sundial_clock_rate": one.clock.setting.rate,
    }
