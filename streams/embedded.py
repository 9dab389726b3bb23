"""The embedded size: journal, state, clock and supervisor of one data folder, in the process that owns it."""

from pathlib import Path

from domain.reference import Reference
from streams.clock import ClockSetting, SettingClock, choose_setting
from streams.folder import FolderLock
from streams.journal import Journal
from streams.ports import DeadLetterRow
from streams.state import State
from streams.supervision import Supervision
from streams.supervisor import Supervisor


class Embedded:
    """A data folder, open. Nothing is supervised before `start`, so that an import can be read in first."""

    def __init__(
        self, folder: Path, base: Reference, *, start: int | None = None, rate: float | None = None
    ) -> None:
        """Own `folder` (made if it is not there) and open what lies in it.

        `base` is the reference data that is known without the log: the holiday sets. `start` and `rate` begin a
        simulated clock; without them the clock goes on as it was. Raises FolderInUse, ClockError, WrongVersion.
        """
        self._lock = FolderLock(folder)
        try:
            self._open(folder, base, start, rate)
        except BaseException:
            self._lock.release()
            raise

    def _open(self, folder: Path, base: Reference, start: int | None, rate: float | None) -> None:
        self.clock = SettingClock(ClockSetting())
        self.state = State(folder / "state.db")
        self.journal = Journal(folder / "journal.db", self.clock)
        judged = max(self.journal.last_recorded() or 0, self.state.judged_until())
        self.clock.setting = choose_setting(folder / "clock.json", start, rate, judged)
        self.clock.not_before(judged)
        self.supervision = Supervision(
            self.journal, self.state, self.clock, base, rate=self.clock.setting.rate
        )
        self.supervisor = Supervisor(self.supervision, self.journal, self.clock)

    def publish(self, address: str) -> None:
        """Let other commands find where this process answers."""
        self._lock.publish(address)

    def start(self) -> None:
        """Begin to supervise."""
        self.supervisor.start()

    def close(self) -> None:
        """Stop supervising after the run under way, close everything and give the folder back."""
        self.supervisor.stop()
        self.journal.close()
        self.state.close()
        self._lock.release()

    def dead_letters(self) -> list[DeadLetterRow]:
        """What could not be judged, and was not replayed since."""
        return self.state.dead_letters()

    def readings(self) -> dict[str, float]:
        """Plain numbers for whoever exports them; ages and counts only, no instants."""
        metrics = self.supervision.metrics
        last = self.journal.last_recorded()
        readings = {
            "log_events": self.journal.end(),
            "lag_events": self.supervision.lag(),
            "open_subjects": self.state.open_subjects(),
            "timers": self.supervision.timers(),
            "dead_letters": len(self.state.dead_letters()),
            "events": metrics.events,
            "kept": metrics.kept,
            "issues": metrics.issues,
            "rejudged": metrics.rejudged,
            "runs": metrics.runs,
            "due_to_finding_count": sum(metrics.due_to_finding.counts),
            "due_to_finding_seconds": metrics.due_to_finding.total_seconds,
            "due_to_finding_longest_seconds": metrics.due_to_finding.longest_seconds,
            "clock_rate": self.clock.setting.rate,
        }
        if last is not None:
            readings["last_event_age_seconds"] = (self.clock.now() - last) / 1_000_000
        return readings
