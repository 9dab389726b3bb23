"""The day sheet of a ledger, held against what the platform knows: numbered, closed, line by line the same matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from domain.events import Event
from domain.instants import parse_instant, to_datetime
from domain.limits import Limit
from domain.reference_view import MissingReference
from domain.rules.found import Found, joined
from domain.subjects.facts import SubjectFacts
from domain.subjects.lines import Lines, missing_numbers, stands_for
from domain.words import event_title

__all__ = ["LEDGER_LEVELS", "MATTERS", "days_of", "ledger_mismatch"]

LEDGER_LEVELS: Final = frozenset(("village", "township", "sub_center"))
"""Halls of these levels keep a ledger of the matters they accept (Taojiang, articles 10, 11 and 19)."""
_WITH_LINE: Final = frozenset(("case.accepted", "agency.opened"))
MATTERS: Final = _WITH_LINE | {"case.materials_received", "case.not_accepted"}
"""What a line may be about; the first two are owed one."""


def days_of(entry: Event, zone: ZoneInfo) -> list[str]:
    """The days on whose sheets a line or the close of a sheet counts: that of its page, and that of the acceptance."""
    return list(dict.fromkeys((_page(entry, zone), _day_accepted(entry, zone))))


class _Fault(NamedTuple):
    """What is wrong with an event at its deadline."""

    event: Event
    due: int
    text: tuple[str, str]
    evidence: tuple[str, ...] = ()


def ledger_mismatch(facts: SubjectFacts, given: Mapping[str, Any]) -> Iterator[Found]:
    """DQ-04: numbers missing or double, a sheet not closed in time or with another count, lines and matters of the
    platform that do not answer each other (Taojiang, articles 10, 11 and 19; Zhejiang, annex 1).

    Each line, matter and sheet is judged by what was there at the end of its own time for entry.
    """
    sheet = _Sheet(facts, given["within"])
    by_event: dict[tuple[str, str], list[_Fault]] = {}
    for fault in sheet.faults():
        by_event.setdefault(fault.event.identity, []).append(fault)
    for faults in by_event.values():
        event, due = faults[0].event, faults[0].due
        evidence = tuple(one for fault in faults for one in fault.evidence)
        yield Found(event.id, due, *joined([one.text for one in faults]), evidence=evidence, after=True)


class _Sheet:
    """What stands on the sheet of a day, and what the platform knows of the day."""

    def __init__(self, facts: SubjectFacts, within: Limit) -> None:
        self.facts, self.within = facts, within
        point, _, day = facts.key.rpartition("/")
        zone = facts.zone
        entries = [one for one in facts.of_type("ledger.entry_recorded") if one.data.get("point") == point]
        self.lines = [one for one in entries if _page(one, zone) == day]
        self.about = [one for one in entries if _day_accepted(one, zone) == day and not one.data.get("void")]
        self.closings = [
            one
            for one in facts.of_type("ledger.sheet_closed")
            if one.data.get("point") == point and _page(one, zone) == day
        ]
        told = [
            one
            for one in facts.of_type(*MATTERS)
            if _point(one) in (point, "") and to_datetime(one.time, zone).date().isoformat() == day
        ]
        self.known = told
        self.matters: dict[str, Event] = {}
        for one in told:
            if one.type in _WITH_LINE:
                self.matters.setdefault(one.subject, one)
        self._pairs: dict[int, Lines] = {}

    def faults(self) -> Iterator[_Fault]:
        for number, line in enumerate(self.lines):
            if (due := self._due(line)) is not None:
                yield from self._of_number(number, line, due)
        if not self._keeps_ledger():
            yield from self._not_closed([])
            return
        lacking = []
        for event in self.matters.values():
            due = self._due(event)
            if due is not None and event.subject not in self._lines_by(due).matched:
                lacking.append(_Fault(event, due, ("", "")))
        yield from self._not_closed(lacking)
        yield from self._lacking(lacking)
        for line in self.about:
            if (due := self._due(line)) is not None:
                yield from self._of_matter(line, due)

    def _not_closed(self, lacking: Sequence[_Fault]) -> Iterator[_Fault]:
        """No close in time, of a day that has lines or matters that are owed one; or one with another count."""
        begun = sorted([*self.lines, *(one.event for one in lacking)], key=lambda one: (one.time, one.id))
        due = self._due(begun[0]) if begun else None
        if due is not None and not any(one.time <= due for one in self.closings):
            lines = sum(one.time <= due for one in self.lines)
            matters = sum(one.time <= due for one in self.matters.values())
            zh = f"日台账未按时封页（台账 {lines} 条，平台受理、代办 {matters} 件）"
            en = f"the day sheet was not closed in time ({lines} lines, {matters} matters on the platform)"
            yield _Fault(begun[0], due, (zh, en))
        for place, closing in enumerate(self.closings):
            due = self._due(closing)
            if due is None or any(later.time <= due for later in self.closings[place + 1 :]):
                continue  # a later close of the sheet, in time, takes its place
            stated = closing.data.get("entries")
            counts = {count for until in (closing.time, due) for count in self._counts(until)}
            if type(stated) is int and stated not in counts:
                count = sum(one.time <= due for one in self.lines)
                zh, en = (
                    f"封页登记 {stated} 条，台账 {count} 条",
                    f"the sheet states {stated} lines, there are {count}",
                )
                yield _Fault(closing, due, (zh, en))

    def _counts(self, until: int) -> tuple[int, int]:
        """How many lines there were, with and without those that are void."""
        lines = [one for one in self.lines if one.time <= until]
        return len(lines), sum(not one.data.get("void") for one in lines)

    def _of_number(self, place: int, line: Event, due: int) -> Iterator[_Fault]:
        number = line.data.get("number")
        if number in (None, ""):
            yield _Fault(line, due, ("台账记录无编号", "a line without a number"))
            return
        same = next((one for one in self.lines[:place] if str(one.data.get("number")) == str(number)), None)
        if same is not None:
            text = f"台账编号 {number} 重复", f"the number {number} is used twice"
            yield _Fault(line, due, text, (same.id,))
            return
        missing = missing_numbers(str(number), [one for one in self.lines if one.time <= due])
        if missing:
            yield _Fault(line, due, (f"台账编号 {missing} 缺失", f"the number {missing} is missing"))

    def _lacking(self, lacking: Sequence[_Fault]) -> Iterator[_Fault]:
        """Matters without a line, where a ledger was kept that day: else the sheet alone is missing."""
        for event, due, _, _ in lacking:
            if any(one.time <= due for one in (*self.lines, *self.closings)):
                title = {lang: event_title(event.type, lang) for lang in ("zh", "en")}
                zh = f"办件 {event.subject} 已在平台登记{title['zh']}，台账无记录"
                en = f"{event.subject} is on the platform ({title['en']}), and the ledger has no line of it"
                yield _Fault(event, due, (zh, en))

    def _of_matter(self, line: Event, due: int) -> Iterator[_Fault]:
        """A line that no matter of the platform answers, or one that says otherwise."""
        lines, number = self._lines_by(due), line.data.get("number")
        matter = lines.matter_of(line)
        if matter is None:
            case = line.data.get("case")
            if any(one.subject == case and one.time <= due for one in self.known):
                return
            named_zh, named_en = (f"（办件 {case}）", f" (case {case})") if case else ("", "")
            zh = f"台账编号 {number}{named_zh}，平台当日无本点的对应办件"
            en = f"line {number}{named_en} has no matter of this point on the platform on that day"
            yield _Fault(line, due, (zh, en))
            return
        for field, stated, known in stands_for(line, matter):
            zh = f"台账编号 {number} 的{_FIELDS[field][0]}为 {stated}，平台为 {known}"
            en = f"line {number} gives the {_FIELDS[field][1]} as {stated}, the platform as {known}"
            yield _Fault(line, due, (zh, en), (matter.id,))

    def _lines_by(self, until: int) -> Lines:
        """Which lines stand for which matters, of what there was by an instant."""
        if until not in self._pairs:
            self._pairs[until] = Lines(
                [one for one in self.about if one.time <= until],
                {name: one for name, one in self.matters.items() if one.time <= until},
            )
        return self._pairs[until]

    def _due(self, event: Event) -> int | None:
        return self.facts.after(event.time, self.within)

    def _keeps_ledger(self) -> bool:
        """Whether the platform tells the sheet what the point accepts; of other halls only the ledger is looked at."""
        try:
            hall = self.facts.view.hall(self.facts.hall, self.facts.events[0].time)
        except (MissingReference, IndexError):
            return False
        return hall.level in LEDGER_LEVELS


_FIELDS: Final = {"item": ("事项", "item"), "applicant_ref": ("申请人代码", "applicant")}


def _page(entry: Event, zone: ZoneInfo) -> str:
    return str(entry.data.get("day") or to_datetime(entry.time, zone).date().isoformat())


def _day_accepted(entry: Event, zone: ZoneInfo) -> str:
    stated = str(entry.data.get("accepted_on") or "")
    if "T" not in stated:
        return stated or _page(entry, zone)
    try:
        return to_datetime(parse_instant(stated, zone), zone).date().isoformat()
    except ValueError:
        return _page(entry, zone)


def _point(matter: Event) -> str:
    """Where a matter was taken; empty where neither it nor whoever forwarded it says so."""
    stated = matter.data.get("point" if matter.type.startswith("agency.") else "hall")
    return str(stated or matter.extra.get("hallref") or "")
