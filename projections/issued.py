"""What live supervision issued on a subject, beside what the present engine computes that it should have.

They are the same but where an earlier engine judged otherwise, where a history was recorded behind what was judged
already, or where something was a dead letter for a while. What was issued stays; this shows both.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from domain.instants import parse_instant
from streams.ports import EventLog, StateStore

__all__ = ["Said", "beside", "said_of"]

_Entry = Mapping[str, Any]


class Said(NamedTuple):
    """What was issued on a subject, in order, each with `engine` (null: an engine that did not say yet)."""

    entries: list[dict[str, Any]]
    judged_until: int
    """Everything of the subject that is recorded before this instant has been judged."""


def said_of(subject: str, log: EventLog, state: StateStore) -> Said:
    """What the supervisor issued on a subject until now, and how far it has come with it.

    Ask before the history that it is put beside is read: what is recorded in between counts as not judged yet.
    """
    reached = max(state.judged_until(), (log.last_recorded() or 0) + 1)
    position = state.position()
    kept = state.load([subject]).get(subject)
    waiting = [record.recorded for record in log.history(subject) if record.position > position]
    if kept is not None:
        if kept.next_change is not None:
            waiting.append(kept.next_change)
        if kept.open:
            waiting += [record.recorded for record in log.reference(after=kept.reference_position)]
    # read last: what was issued in the meantime does no harm
    issued = (msgspec.json.decode(row.document) for row in state.issues_of(subject))
    return Said([{**one, "engine": one.get("engine")} for one in issued], min([reached, *waiting]))


def beside(said: Said, computed: Sequence[_Entry], known_at: int) -> dict[str, Any]:
    """What was issued by `known_at` beside what is computed for then (`issued` of the verdict).

    `entries`: as issued, `computed` saying whether the present engine says the same. `not_issued`: what it says and
    was never issued. `differs`: whether there is any of either.
    """
    said_by_then = [one for one in said.entries if _is_said(one, known_at)]
    saying, said_already = Counter(map(_content, computed)), Counter(map(_content, said_by_then))
    entries = [{**one, "computed": same} for one, same in _marked(said_by_then, saying)]
    not_issued = [
        one
        for one, same in _marked(computed, said_already)
        if not same and parse_instant(one["recorded"]) < said.judged_until
    ]
    differs = bool(not_issued) or not all(one["computed"] for one in entries)
    return {"differs": differs, "entries": entries, "not_issued": not_issued}


def _marked(entries: Iterable[_Entry], others: Counter[tuple[Any, ...]]) -> Iterable[tuple[_Entry, bool]]:
    left = others.copy()
    for one in entries:
        content = _content(one)
        same = left[content] > 0
        left[content] -= same
        yield one, same


def _content(entry: _Entry) -> tuple[Any, ...]:
    """What an entry says. Ids differ with the number of judgements, and the engine is not part of it."""
    return tuple(value for name, value in sorted(entry.items()) if name not in ("id", "engine"))


def _is_said(entry: _Entry, known_at: int) -> bool:
    """Whether it was issued by an instant of knowledge; what a timer brings is issued just after its instant."""
    recorded = parse_instant(entry["recorded"])
    return recorded < known_at or (recorded == known_at and entry["cause"] is not None)
