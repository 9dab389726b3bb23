"""Moving subjects on, whatever is wrong with an event: what fails is set aside with its cause."""

import traceback
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.events import Event, InvalidEvent, decode_event
from domain.fold import Issue
from domain.reference import Reference, check_reference_event
from domain.reference_view import MissingReference
from streams.ports import DeadLetter, DeadLetterKind, Record
from streams.subject import LiveSubject

_FRAMES = 3
_ANY_ZONE = ZoneInfo("UTC")


class Placed(NamedTuple):
    """An event and its position in the log."""

    position: int
    event: Event


def is_judged(event: Event) -> bool:
    """Whether a subject's own judge takes it. Other events are kept in the log for a later day."""
    return event.type.startswith(("case.", "agency.", "event."))


def decode(record: Record, dead: list[DeadLetter]) -> Event | None:
    """The event of a record, or None once its dead letter is written."""
    try:
        if record.is_apart:
            raise InvalidEvent(
                "key", "expected a record in the partition of its subject, got one in another's"
            )
        return decode_event(record.raw)
    except Exception as error:
        dead.append(letter(error, "decode", record.subject, record.recorded, record.position))
        return None


def letter(
    error: Exception, kind: DeadLetterKind, subject: str, at: int, position: int | None = None
) -> DeadLetter:
    """The dead letter of a failure: what it says, and where in the code it comes from."""
    cause = f"{type(error).__name__}: {error}"
    if not isinstance(error, InvalidEvent):
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
        cause += "".join(f"\n  {frame.name}, {frame.filename}:{frame.lineno}" for frame in frames)
    return DeadLetter(position, subject, kind, cause, at)


def take(
    live: LiveSubject, events: Sequence[Placed], reference: Reference, recorded: int, dead: list[DeadLetter]
) -> None:
    """Give a subject its events of one recorded instant; those that crash a rule become dead letters."""
    try:
        live.step([one.event for one in events], reference, recorded)
        return
    except Exception as error:
        if len(events) == 1:
            dead.append(letter(error, "step", live.subject, recorded, events[0].position))
            return
    good: list[Event] = []
    for position, event in events:
        try:
            live.step([*good, event], reference, recorded)
        except Exception as error:
            dead.append(letter(error, "step", live.subject, recorded, position))
        else:
            good.append(event)
            live.undo(reference)
    if good:
        live.step(good, reference, recorded)


def refer(reference: Reference, events: Sequence[Placed], recorded: int, dead: list[DeadLetter]) -> Reference:
    """Reference data with the events of one recorded instant, less those that nothing can be judged with."""
    try:
        return _sound(reference, [one.event for one in events], recorded)
    except Exception as error:
        if len(events) == 1:
            position, event = events[0]
            dead.append(letter(error, "reference", event.subject, recorded, position))
            return reference
    for one in events:
        reference = refer(reference, [one], recorded, dead)
    return reference


def _sound(reference: Reference, events: Sequence[Event], recorded: int) -> Reference:
    """Raise for what is wrong now, rather than in every subject that is judged with it."""
    for event in events:
        check_reference_event(event)
    grown = reference.with_events(events)
    view = grown.at(recorded)
    for name in view.titles("calendar"):
        with suppress(MissingReference):  # what is missing may still arrive; clocks are pending until then
            view.calendar(name)
    for name in view.titles("profile"):
        with suppress(MissingReference):
            view.profile(name, recorded, _ANY_ZONE)
    return grown


def begin_anew(
    subject: str,
    history: Sequence[Record],
    reference: Reference,
    issued: Sequence[Issue],
    until: int,
    cause: str,
    revision: int = 0,
    signals: Sequence[Record] = (),
) -> tuple[LiveSubject, list[DeadLetter]]:
    """The subject judged from its whole history up to `until`; it issues the differences to `issued`.

    `revision` is how often that was done before; `signals` is what was forwarded to it (their positions are 0).
    """
    dead: list[DeadLetter] = []
    anew = LiveSubject(subject)
    whole = sorted([*history, *signals], key=lambda record: record.recorded)
    for recorded, group in groupby(whole, key=lambda record: record.recorded):
        events = [
            Placed(r.position, event)
            for r in group
            if (event := decode(r, dead)) and (r.position == 0 or is_judged(event))
        ]
        if events:
            take(anew, events, reference, recorded, dead)
    pass_time(anew, reference, until, dead)
    live = LiveSubject(subject)
    live.revision = revision
    live.replace(anew.fold, issued, until, cause)
    return live, dead


def pass_time(live: LiveSubject, reference: Reference, until: int, dead: list[DeadLetter]) -> bool:
    """Let time pass for a subject up to `until`; False when a rule crashed, and it must not wake again."""
    try:
        live.advance(reference, until)
        return True
    except Exception as error:
        dead.append(letter(error, "advance", live.subject, until))
        return False
