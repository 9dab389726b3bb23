"""The outbox of the cluster size, put together: events in over HTTP, and on to Kafka."""

import threading
from contextlib import ExitStack
from typing import Final

import structlog

from api.services import Reception
from streams.clock import SettingClock, choose_setting
from streams.cluster.administration import Difference, KafkaUnusable, differences
from streams.cluster.outbox.drainer import Drainer
from streams.cluster.outbox.outbox import Outbox
from streams.cluster.outbox.sender import KafkaSender
from streams.cluster.topics import declared
from streams.folder import FolderLock
from streams.ports import LogError
from sundial.admission import open_admission
from sundial.data_folder import DataFolder, FolderUnusable
from sundial.seeding import seed
from sundial.settings import Settings

log = structlog.get_logger(__name__)

_PAUSE_SECONDS: Final = 2.0
"""Between two looks at topics that cannot be written to yet."""

_WRITTEN: Final = ("events", "reference")


class Receiving:
    """One outbox at work: opened by `open_receiving`, set going by `start`, ended by `close`."""

    def __init__(
        self, settings: Settings, folder: DataFolder, lock: FolderLock, outbox: Outbox, closing: ExitStack
    ) -> None:
        self.folder = folder
        self.outbox = outbox
        self.trouble: str | None = None
        """Why nothing is sent although the broker answers."""
        self._settings = settings
        self._lock = lock
        self._closing = closing
        self._drainer = Drainer(outbox, KafkaSender(settings.kafka), settings.kafka_prefix)
        self._unreachable = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._begin, name="topics", daemon=True)

    def start(self) -> None:
        """Begin to send, once the topics are found to be as they must."""
        self._thread.start()

    def publish(self, url: str) -> None:
        """Let commands beside this process find it."""
        self._lock.publish(url)

    def close(self) -> None:
        """End after the round under way; what was not sent stays in the outbox."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._drainer.stop()
        self._closing.close()

    def probe(self) -> str | None:
        """What keeps events from being taken in, or from ever being sent; a broker that is away does neither."""
        return self.outbox.full() or self.trouble

    def readings(self) -> dict[str, float]:
        """Gauges by the names of `api.telemetry.GAUGES`."""
        read = {f"sundial_outbox_{name}": value for name, value in self.outbox.readings().items()}
        waits = 1 if self._unreachable or self.trouble else 0
        return {**read, "sundial_outbox_failures": self._drainer.failures or waits}

    def _begin(self) -> None:
        """Wait for a broker whose topics are as declared: in others the order per subject would break."""
        partitions, prefix = self._settings.kafka_partitions, self._settings.kafka_prefix
        table = [topic for topic in declared(partitions, 1) if topic.name in _WRITTEN]
        while not self._stop.is_set():
            try:
                found = differences(self._settings.kafka, prefix, table)
            except KafkaUnusable as error:
                if not self._unreachable:
                    log.warning("kafka_unreachable", cause=str(error), events="are kept until it answers")
                self._unreachable = True
            else:
                self._unreachable = False
                if self._may_send(found):
                    self._drainer.start()
                    return
            self._stop.wait(_PAUSE_SECONDS)

    def _may_send(self, found: list[Difference]) -> bool:
        wrong = [one for one in found if one.what in ("missing", "partitions")]
        trouble = "; ".join(f"{one}. {one.meaning}" for one in wrong) or None
        if trouble is not None and trouble != self.trouble:
            log.error("topics_unusable", cause=trouble, events="are kept until they are as declared")
        if trouble is None:
            for one in found:
                log.warning("topic_differs", difference=str(one))
        self.trouble = trouble
        return trouble is None


def open_receiving(settings: Settings) -> tuple[Receiving, Reception]:
    """Open the data folder of `settings` and put everything together; nothing runs yet.

    Raises FolderUnusable, FolderInUse, ClockError, WrongVersion, BadKey, each with a message that says what to do.
    """
    folder = DataFolder.make(settings.data)
    with ExitStack() as opened:
        lock = FolderLock(folder.path)
        opened.callback(lock.release)
        clock = SettingClock(choose_setting(folder.clock))
        outbox = Outbox(folder.outbox, clock)
        opened.callback(outbox.close)
        _seed(outbox, folder)
        admission = open_admission(settings, folder, opened)
        receiving = Receiving(settings, folder, lock, outbox, opened.pop_all())
        reception = Reception(
            log=outbox,
            holders=outbox.holders,
            clock=clock,
            tokens=admission.tokens,
            identities=admission.identities,
            limits=admission.limits,
            rate=admission.rate,
            probes={"outbox": receiving.probe},
            readings=receiving.readings,
        )
        return receiving, reception
    raise AssertionError("unreachable")


def _seed(outbox: Outbox, folder: DataFolder) -> None:
    """Shipped reference data comes before everything else; a full disk keeps only a new outbox from starting."""
    try:
        seed(outbox)
    except LogError as error:
        if outbox.end() == 0:
            raise FolderUnusable(f"{folder.path}: {error}") from None
        log.warning("shipped_reference_data_not_renewed", cause=str(error))
