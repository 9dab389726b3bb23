"""The composition root: the only place where the parts of Sundial are put together."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Final

import structlog

from api.services import Rebuilding, Services
from domain.reference import Reference
from producers import demo as demo_county
from projections.rebuild import rebuild
from projections.sink import Sink
from streams.clock import ClockSetting, SettingClock
from streams.embedded import Embedded
from streams.journal import Journal
from streams.ports import Store
from streams.state import State
from sundial.admission import open_admission
from sundial.answering import Parts, services_of_parts
from sundial.data_folder import DataFolder
from sundial.read_store import open_read_store
from sundial.seeding import seed
from sundial.settings import Settings
from sundial.shipped import holiday_sets

log = structlog.get_logger(__name__)


class System:
    """One data folder at work: opened by `open_system`, set going by `start`, ended by `close`."""

    def __init__(
        self,
        folder: DataFolder,
        embedded: Embedded,
        sink: Sink,
        services: Services,
        closing: ExitStack,
        *,
        demo: bool,
    ) -> None:
        self.folder = folder
        self.clock: SettingClock = embedded.clock
        self.services = services
        self._embedded = embedded
        self._closing = closing
        self._stop = threading.Event()
        self._sink = sink
        self._demo = demo
        self._threads = [threading.Thread(target=sink.run, args=(self._stop,), name="sink")]
        if demo:
            self._threads.append(threading.Thread(target=self._play, name="demo"))

    def start(self) -> None:
        """Begin to supervise, to carry to the read side, and to play the demo. Raises NotTheDemo."""
        if self._demo:
            demo_county.fill(self._embedded.journal, self.clock, holiday_sets())
        self._embedded.start()
        for thread in self._threads:
            thread.start()

    def publish(self, url: str) -> None:
        """Let commands beside this process find it."""
        self._embedded.publish(url)

    def behind(self) -> int:
        """Events in the log that are not judged yet, or cannot be asked for yet."""
        return _behind(self._embedded, self._sink)

    def close(self) -> None:
        """End everything after the work under way; all that was accepted is on the disk."""
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()
        if self._demo:
            self.folder.demo_clock.write_text(str(self.clock.now()))
        self._closing.close()

    def _play(self) -> None:
        try:
            demo_county.run(self._embedded.journal, self.clock, holiday_sets(), self._stop)
        except Exception:
            log.exception("demo_stopped")


def open_system(
    settings: Settings, *, start: int | None = None, rate: float | None = None, demo: bool = False
) -> System:
    """Open the data folder of `settings` and put everything together; nothing runs yet.

    `start` (microseconds UTC) and `rate` begin a simulated clock. Raises FolderUnusable, FolderInUse, ClockError,
    WrongVersion, StoreError, AheadOfSource, ValueError, each with a message that says what to do.
    """
    folder = DataFolder.make(settings.data)
    if demo and start is None:
        start, rate = _demo_clock(folder), rate or demo_county.RATE
    base = Reference(holiday_sets())
    with ExitStack() as opened:
        embedded = Embedded(folder.path, base, start=start, rate=rate)
        opened.callback(embedded.close)
        seed(embedded.journal)
        store = open_read_store(settings, folder, opened)
        sink = Sink(embedded.journal, embedded.state, store, base)
        services = _services(settings, folder, embedded, store, sink, opened, demo=demo)
        return System(folder, embedded, sink, services, opened.pop_all(), demo=demo)
    raise AssertionError("unreachable")


def _services(
    settings: Settings,
    folder: DataFolder,
    embedded: Embedded,
    store: Store,
    sink: Sink,
    opened: ExitStack,
    *,
    demo: bool,
) -> Services:
    parts = Parts(
        log=embedded.journal,
        state=embedded.state,
        store=store,
        clock=embedded.clock,
        behind=lambda: _behind(embedded, sink),
        version=lambda: sink.standing,
        probes=_probes(embedded, sink),
        degraded={"read store": lambda: sink.last_error},
        readings=lambda: _readings(embedded, sink),
        dead_letters=embedded.dead_letters,
        replay_dead_letters=embedded.supervisor.replay,
        rebuilding=Rebuilding(
            lambda progress, stop: rebuild(
                embedded.journal,
                embedded.state,
                store,
                Reference(holiday_sets()),
                live=sink,
                progress=progress,
                stop=stop,
            )
        ),
    )
    admission = open_admission(settings, folder, opened)
    return services_of_parts(settings, admission, parts, _DEMO_TITLE if demo else None)


_DEMO_TITLE: Final = {"zh": "日晷县", "en": "Sundial County"}
_NEARLY: Final = 50
"""Events; with less than that to judge the present is shown."""


def _behind(embedded: Embedded, sink: Sink) -> int:
    """Events in the log that the supervisor has not judged yet, or the read side not taken."""
    return max(embedded.supervision.lag(), embedded.journal.end() - sink.standing.position)


def _probes(embedded: Embedded, sink: Sink) -> Mapping[str, Callable[[], str | None]]:
    def supervisor() -> str | None:
        running = embedded.supervisor.is_running()
        if not running:
            return embedded.supervisor.failure or "the supervisor does not run"
        return embedded.supervisor.failure or embedded.supervisor.hanging(time.monotonic())

    def journal() -> str | None:
        embedded.journal.end()
        return None

    caught_up = False

    def reading() -> str | None:
        """Not ready until what lay in the log at the start is judged and can be asked for."""
        nonlocal caught_up
        behind = 0 if caught_up else _behind(embedded, sink)
        caught_up = caught_up or behind < _NEARLY
        return None if caught_up else f"{behind:,} events still to be judged"

    return {
        "log": reading,
        "journal": journal,
        "supervisor": supervisor,
    }


def _readings(embedded: Embedded, sink: Sink) -> dict[str, float]:
    """Gauges by the names of `api.telemetry.GAUGES`."""
    read = embedded.readings()
    issues, verdicts = embedded.state.outbox_ends()
    standing = sink.standing
    return {
        "sundial_log_events": read["log_events"],
        "sundial_supervisor_lag_events": read["lag_events"],
        "sundial_open_subjects": read["open_subjects"],
        "sundial_supervisor_timers": read["timers"],
        "sundial_supervisor_issues": read["issues"],
        "sundial_dead_letters": read["dead_letters"],
        "sundial_due_to_finding_count": read["due_to_finding_count"],
        "sundial_due_to_finding_seconds_sum": read["due_to_finding_seconds"],
        "sundial_due_to_finding_longest_seconds": read["due_to_finding_longest_seconds"],
        "sundial_projection_lag_events": read["log_events"] - standing.position,
        "sundial_projection_lag_verdicts": issues - standing.issues + verdicts - standing.verdicts,
        "sundial_projection_failures": sink.failures,
        "sundial_clock_rate": read["clock_rate"],
        **(
            {"sundial_last_event_age_seconds": read["last_event_age_seconds"]}
            if "last_event_age_seconds" in read
            else {}
        ),
    }


def _demo_clock(folder: DataFolder) -> int:
    """Where the demo's clock goes on: where it stood when it stopped, not where the night has brought it."""
    if not folder.state.exists():
        return demo_county.START
    stood = int(folder.demo_clock.read_text()) if folder.demo_clock.is_file() else 0
    state = State(folder.state)
    try:
        journal = Journal(folder.journal, SettingClock(ClockSetting()))
        try:
            return max(stood, state.judged_until(), journal.last_recorded() or 0, demo_county.START)
        finally:
            journal.close()
    finally:
        state.close()
