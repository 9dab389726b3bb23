"""A log of states as events: what a change from one state to the next says of the case.

Of several states at one instant only the last counts: a state that took no time was none. Rows that repeat the state
before them say nothing.
"""

from typing import Any, NamedTuple

import msgspec

from domain.events import Event
from domain.instants import format_instant
from producers.table.errors import RowRefused
from producers.table.fields import Cells, text_of
from producers.table.mapping import Mapping, Meaning, StateRules
from producers.table.rows import Registry, RowTaker
from producers.table.spool import Refusal, TableSpool


class _Facts(msgspec.Struct):
    """What one row says, kept until the rows of its case are together."""

    what: str
    detail: str
    data: dict[str, dict[str, Any]]
    """by event type, for the events that entering this state may give"""
    begin: dict[str, Any]
    begin_time: int | None
    fault: tuple[str, str, str] | None
    """why the case cannot begin with this row"""


class _State(NamedTuple):
    time: int
    row: int
    facts: _Facts


class StateTaker:
    """Takes rows of a state log, and at the end makes events of them, case by case."""

    def __init__(
        self, mapping: Mapping, rules: StateRules, spool: TableSpool, registry: Registry, taker: RowTaker
    ) -> None:
        self._rules = rules
        self._mapping = mapping
        self._spool = spool
        self._registry = registry
        self._taker = taker

    def take(self, case: str, cells: Cells, row: int) -> int:
        """Keep one row; 0 where its state is one to skip. Raises RowRefused."""
        rules = self._rules
        meaning: Meaning = rules.state(cells)
        if meaning.what == "skip":
            return 0
        time = rules.time.instant(cells)
        assert time is not None  # it is required
        place = rules.order(cells) if rules.order is not None else 0
        entered = {
            "pause": ("case.suspended", "case.resumed", "case.reopened"),
            "open": ("case.resumed", "case.reopened"),
            "end": ("case.resumed", meaning.detail),
        }[meaning.what]
        data = {kind: rules.data[kind].fill(cells) for kind in entered}
        facts = _Facts(meaning.what, meaning.detail, data, {}, None, None)
        try:
            facts.begin = rules.begin.data.fill(cells)
            facts.begin_time = rules.begin_time.instant(cells) if rules.begin_time is not None else time
            self._registry.meet(facts.begin, rules.begin, cells)
        except RowRefused as error:
            facts.fault = (error.column, text_of(error.value), error.reason)
        self._taker.check_time(time, rules.time)
        self._spool.add_state(case, time, place, row, facts)
        return 1

    def finish(self) -> None:
        """Make the events of all cases."""
        decode = msgspec.json.Decoder(_Facts).decode
        case = ""
        states: list[_State] = []
        for subject, time, row, raw in self._spool.states():
            if subject != case and states:
                self._finish_case(case, states)
                states = []
            case = subject
            states.append(_State(time, row, decode(raw)))
        if states:
            self._finish_case(case, states)

    def _finish_case(self, case: str, states: list[_State]) -> None:
        first = states[0]
        try:
            events = [self._begin(case, first)]
            open_state: _State | None = None
            for index, state in enumerate(states):
                if index + 1 < len(states) and states[index + 1].time == state.time:
                    continue
                events += self._change(case, open_state, state)
                open_state = state if open_state is None or _differs(open_state, state) else open_state
            for event in events:
                self._spool.add(event, first.row)
            self._taker.doubts.look(events[0], events[0], first.row)
        except RowRefused as error:
            value = text_of(error.value)
            self._spool.refuse(Refusal(first.row, case, error.column, value, error.reason))

    def _begin(self, case: str, first: _State) -> Event:
        rules, facts = self._rules, first.facts
        if facts.fault is not None:
            raise RowRefused(*facts.fault)
        column = rules.begin_time or rules.time
        if facts.begin_time is None:
            raise RowRefused(column.column, "", "expected the time at which the case begins, got none")
        if facts.begin_time > first.time:
            raise RowRefused(
                column.column, "", "the case begins after its first state; expected a time not after it"
            )
        return self._taker.event(
            rules.begin.type, rules.begin.what, case, facts.begin_time, facts.begin, None, column
        )

    def _change(self, case: str, before: _State | None, after: _State) -> list[Event]:
        """The events of a change of state, in their order."""
        if before is not None and not _differs(before, after):
            return []
        out: list[Event] = []

        def say(event_type: str, /, **more: str) -> None:
            what = event_type.partition(".")[2]
            data = {**after.facts.data.get(event_type, {}), **more}
            out.append(self._taker.event(event_type, what, case, after.time, data, "", self._rules.time))

        if before is not None and before.facts.what == "pause":
            say("case.resumed", kind=before.facts.detail, span=_span(before))
        if before is not None and before.facts.what == "end":
            say("case.reopened")
        if after.facts.what == "pause":
            say("case.suspended", kind=after.facts.detail, span=_span(after))
        if after.facts.what == "end":
            say(after.facts.detail)
        return out


def _differs(before: _State, after: _State) -> bool:
    """Whether a change says anything: all end states are one, and so are all open ones."""
    if before.facts.what != after.facts.what:
        return True
    return after.facts.what == "pause" and before.facts.detail != after.facts.detail


def _span(state: _State) -> str:
    """The id of a pause: what its events share."""
    return format_instant(state.time)
