"""Supervision step by step, without a thread: take what the log holds, wake what is due, save.

Everything that a run found out (state, issues, verdicts, dead letters, position) is saved in one transaction,
so that a process that dies at any instruction finds itself between two runs.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from domain.events import Event
from domain.instants import SECOND
from domain.reference import Reference
from domain.verdict import ENGINE_VERSION
from streams.flood import Flood
from streams.forecast import Forecast, ahead
from streams.forwarding import Forwarding
from streams.judging import Placed, decode, is_judged, take
from streams.known import known_reference
from streams.metrics import SupervisorMetrics
from streams.ports import Clock, DeadLetterRow, EventLog, Record, StateStore
from streams.run import Run
from streams.subjects import Progress, judge_anew, load, move_on
from streams.timers import Timers

_RECORDS = 500
_SUBJECTS = 500
_FORESEEN = 2000
_SWEEP = 200


class Supervision:
    """Judges the log of `log` into `store`, from where `store` stands.

    `base` is the reference data that is known without the log (holiday sets). `rate` is the speed of `clock`.
    `forwarding` and `judged` tell what the subjects of the log are, beside or instead of those that its events name.
    """

    def __init__(
        self,
        log: EventLog,
        store: StateStore,
        clock: Clock,
        base: Reference,
        *,
        rate: float = 1.0,
        forwarding: Callable[[EventLog, StateStore], Forwarding] = Forwarding,
        judged: Callable[[Event], bool] = is_judged,
        flood: bool = True,
    ) -> None:
        """`flood` is whether it stops when so much fails that it must be the code or the source."""
        self._log = log
        self._store = store
        self._clock = clock
        self._base = base
        self._rate = rate
        self._forward_to = forwarding
        self._is_judged = judged
        self._flood = Flood() if flood else None
        self._since = clock.now()
        self.metrics = SupervisorMetrics()
        self.restore()

    def restore(self) -> None:
        """Begin where the store stands, forgetting what was not saved."""
        position = self._store.position()
        refused = {row.letter.position for row in self._store.dead_letters() if row.letter.kind != "step"}
        known = known_reference(self._log, position, refused, self._base)
        self._progress = Progress(self._log, self._store, known, position, self._store.judged_until())
        self._timers = Timers(self._store.timers())
        self._forecast = Forecast()
        self._sweeping = True
        self._forwarding = self._forward_to(self._log, self._store)
        if self._store.routed() < position:
            self._forward_past(position)

    def turn(self) -> bool:
        """Do a portion of what there is to do; False when there is nothing before `next_wake`."""
        now = self._clock.now()
        records = self._log.read(self._progress.position, _RECORDS)
        if records:
            self._take(records)
            self._sweep()
            return True
        # No timer before the log has been read to its end as it stood after the timer's instant.
        if self.lag():
            return True
        if self._log.importing():
            return False
        return (
            self._wake(now)
            or self._sweep()
            or self._forecast.prepare(now, self._rate, self._timers, self._progress)
        )

    def next_wake(self) -> int | None:
        """The instant at which the next timer is due, None without a timer."""
        following = self._timers.next()
        return None if following is None else following + 1

    def rest_until(self) -> int | None:
        """Until when there is nothing to do, not even ahead of time, unless something is appended."""
        following = self._timers.next()
        if following is None:
            return None
        span = ahead(self._rate)
        return min(following + 1, max(following - span, self._clock.now() + span // 10))

    def lag(self) -> int:
        """Records of the log that are not judged yet."""
        return self._log.end() - self._progress.position

    def position(self) -> int:
        """The position of the log up to which it is judged."""
        return self._progress.position

    def timers(self) -> int:
        """How many subjects wait for an instant."""
        return len(self._timers)

    def replay(self, numbers: Iterable[int]) -> list[DeadLetterRow]:
        """Judge these dead letters again, in their places; returns those that fail still, and stay."""
        wanted = set(numbers)
        rows = [row for row in self._store.dead_letters() if row.number in wanted]
        run = Run()
        run.reconsider = any(row.letter.kind in ("reference", "decode") for row in rows)
        run.replayed = [row.number for row in rows if row.letter.kind == "reference"]
        for subject in {row.letter.subject for row in rows if row.letter.kind != "reference"}:
            dead = judge_anew(run, subject, self._progress.judged_until, "replay", self._progress)
            failed = {one.position for one in dead}
            mine = [row for row in rows if row.letter.subject == subject]
            run.replayed += [row.number for row in mine if row.letter.position not in failed]
        self._save(run)
        if run.reconsider:
            self.restore()
        return [row for row in self._store.dead_letters() if row.number in wanted]

    def _take(self, records: Sequence[Record]) -> None:
        run = Run()
        for recorded, group in groupby(records, key=lambda record: record.recorded):
            run = self._pass_timers(run, recorded)
            together = list(group)
            self._take_together(run, recorded, together)
            self._progress.position = together[-1].position
            run = self._save_when_full(run)
        self._save(run)

    def _pass_timers(self, run: Run, before: int) -> Run:
        """Judge every timer due before `before`, each with its own instant."""
        while due := self._timers.due(before, _SUBJECTS):
            self._progress.reached(before)
            subjects = self._store.subjects([key for _, key in due])
            move_on(run, subjects.values(), before, self._progress)
            run = self._save_when_full(run)
        return run

    def _take_together(self, run: Run, recorded: int, records: Sequence[Record]) -> None:
        """The records of one recorded instant: reference data first, then every subject's events at once."""
        self._progress.reached(recorded)
        run.records += len(records)
        referring: list[Placed] = []
        by_subject: dict[str, list[Placed]] = {}
        told: list[Placed] = []
        for record in records:
            event = decode(record, run.dead)
            if event is None:
                continue
            placed = Placed(record.position, event)
            told.append(placed)
            if record.is_reference:
                referring.append(placed)
            elif self._is_judged(event):
                by_subject.setdefault(event.subject, []).append(placed)
            else:
                self.metrics.kept += 1
        known = self._progress.known
        if referring:
            # with corrections that came before what they correct
            spoken = self._log.reference(records[-1].position, after=records[0].position - 1)
            referring = [Placed(one.position, event) for one in spoken if (event := decode(one, []))]
            known.take(referring, recorded, run.dead)
            self._sweeping = True
        view = known.reference.at(recorded)
        for subject, event in self._forwarding.forward(told, view, run):
            by_subject.setdefault(subject, []).append(Placed(records[-1].position, event))
        for live in load(run, list(by_subject), recorded, self._progress):
            take(live, by_subject[live.subject], known.reference, recorded, run.dead)
            live.reference_position = known.position_at(recorded)
            self._sweeping |= live.reference_position < known.position

    def _wake(self, now: int) -> bool:
        """Judge a portion of the timers that are due before `now`."""
        due = self._timers.due(now, _FORESEEN)
        if not due:
            return False
        self._progress.reached(now)
        run = Run()
        foreseen: list[int] = []
        others: list[tuple[int, int]] = []
        for instant, key in due:
            outcome = self._forecast.take(key, instant, self._progress.known.position)
            if outcome is None:
                others.append((instant, key))
            else:
                run.outcomes.append(outcome)
                foreseen.append(instant)
        if foreseen:
            self._save(run)
            self._tell_how_quick(foreseen)
            self.metrics.foreseen += len(foreseen)
        for start in range(0, len(others), _SUBJECTS):
            some = others[start : start + _SUBJECTS]
            run = Run()
            move_on(run, self._store.subjects([key for _, key in some]).values(), now, self._progress)
            self._save(run)
            self._tell_how_quick([instant for instant, _ in some])
        return True

    def _sweep(self) -> bool:
        """Judge a portion of the open subjects that newer reference data, or another engine, may concern."""
        if not self._sweeping:
            return False
        known = self._progress.known
        subjects = self._store.lagging(known.position, ENGINE_VERSION, _SWEEP)
        if not subjects:
            self._sweeping = False
            return False
        self._progress.reached(known.changed + 1)
        run = Run()
        move_on(run, subjects, self._progress.judged_until, self._progress)
        self._save(run)
        self.metrics.rejudged += len(subjects)
        return True

    def _forward_past(self, position: int) -> None:
        """What an earlier version took without forwarding it: subjects that it did not know are judged from it now."""
        run, subjects, at = Run(), set[str](), 0
        reference = self._progress.known.reference
        while at < position:
            records = self._log.read(at, _RECORDS)
            for recorded, group in groupby(records, key=lambda record: record.recorded):
                placed = [
                    Placed(record.position, event)
                    for record in group
                    if record.position <= position and (event := decode(record, []))
                ]
                routes = self._forwarding.forward(placed, reference.at(recorded), run)
                subjects |= {route.subject for route in routes}
            at = records[-1].position
        self._save(run)
        for subject in sorted(subjects):
            run = Run()
            judge_anew(run, subject, self._progress.judged_until, f"engine {ENGINE_VERSION}", self._progress)
            self._save(run)

    def _save_when_full(self, run: Run) -> Run:
        if len(run) < _SUBJECTS:
            return run
        self._save(run)
        return Run()

    def _save(self, run: Run) -> None:
        progress = self._progress
        changes = run.changes(progress.known.reference, progress.position, progress.judged_until)
        if self._flood is not None:
            self._flood.check(run.records + len(run), run.dead)
        keys = self._store.save(changes)
        self._forwarding.saved()
        for state in changes.subjects:
            self._timers.set(keys[state.subject], state.next_change)
            self._forecast.drop(keys[state.subject])
        metrics = self.metrics
        metrics.runs += 1
        metrics.events += run.records
        metrics.issues += len(changes.issues)
        metrics.dead_letters += len(changes.dead_letters)

    def _tell_how_quick(self, instants: Sequence[int]) -> None:
        """What was missed while nothing ran says nothing about how quick we are."""
        saved = self._clock.now()
        self.metrics.timers += len(instants)
        for instant in instants:
            if instant >= self._since:
                self.metrics.due_to_finding.add((saved - instant) / SECOND / self._rate)
