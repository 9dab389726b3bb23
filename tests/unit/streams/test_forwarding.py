"""Halls, windows and receipts: live supervision says of them what follows from the log alone."""

import random
from pathlib import Path
from typing import Any

import pytest

import streams.supervision
from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, format_instant
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from tests.oracle.shared_base import SharedBase
from tests.unit.streams.histories import (
    BEGIN,
    Hall,
    HandClock,
    base,
    event,
    hall,
    issued_live,
    issued_purely,
    open_hall,
)

CODES = ("DQ-01", "TL-14", "FE-03", "DQ-04", "OW-05", "CA-04")
RULES: dict[str, dict[str, Any]] = {code: {"enabled": True} for code in CODES}
RULES["OW-05"]["parameters"] = {"count": 2, "named": ["劳动保障"]}

BADGE = ("name", "post", "photo", "phone", "window")


def watched(log: Journal) -> None:
    """A hall and two windows from which events are due, under a profile that says so."""
    open_hall(log)
    log.append(
        [
            event("p", "profile.published", "watchful", BEGIN, profile="watchful", rules=RULES),
            hall(1, BEGIN, profile="watchful", level="township"),
            event("due", "hall.expected", "weixian", BEGIN, hall="weixian", **{"from": "2026-03-02"}),
            event("w1", "window.published", "weixian", BEGIN, hall="weixian", window="1"),
            event("w2", "window.published", "weixian", BEGIN, hall="weixian", window="2"),
        ]
    )


class BusyHall(Hall):
    """A hall whose cases come to windows and pay fees, and which keeps a ledger of what it accepts."""

    def _case(self, now: int) -> Event:
        draw = self.draw
        luck = draw.random()
        if luck < 0.45:
            return super()._case(now)
        if luck < 0.65:
            return self._ledger(now)
        if luck < 0.75:
            return self._published(now)
        subject, number = draw.choice(self.cases), self.number
        kind = draw.randrange(3)
        if kind == 0:
            return event(f"w{number}", "case.accepted", subject, now, item="permit", hall="weixian",
                         window=draw.choice("12"))  # fmt: skip
        fees = [one for one in self.sent if one.type == "case.fee_collected" and one.subject == subject]
        if kind == 1 and fees:
            changed: dict[str, Any] = {"receipt_no": f"R-{draw.randint(1, 4)}"}
            return event(f"c{number}", "event.corrected", subject, now,
                         corrects={"id": draw.choice(fees).id}, data=changed)  # fmt: skip
        return event(f"f{number}", "case.fee_collected", subject, now, receipt_no=f"R-{draw.randint(1, 4)}")

    def _reference(self, now: int) -> Event:
        """The hall stays what it is: under another profile nothing is looked at."""
        made = super()._reference(now)
        return made if made.type != "hall.published" else self._published(now)

    def _published(self, now: int) -> Event:
        """A window, a person at it, or a correction of what was published of them."""
        draw, number = self.draw, self.number
        told = [one for one in self.sent if one.type.startswith(("window.", "staff."))]
        shown = draw.choice(({}, {"sign": ["name", "post"]}, {"badge": ["name"]}, {"badge": list(BADGE)}))
        since = draw.choice(({}, {"effective_from": format_instant(now + draw.randint(-3, 3) * DAY)[:10]}))
        if told and draw.random() < 0.3:
            target = draw.choice(told)
            if draw.random() < 0.4:
                return event(f"u{number}", "event.retracted", "weixian", now, retracts={"id": target.id})
            changed = {
                "window": draw.choice("123"),
                "title": draw.choice(("劳动保障", "综合")),
                **shown,
                **since,
            }
            return event(
                f"u{number}", "event.corrected", "weixian", now, corrects={"id": target.id}, data=changed
            )
        if draw.random() < 0.5:
            more = {"closed": True} if draw.random() < 0.3 else {}
            return event(f"n{number}", "window.published", "weixian", now, hall="weixian", window=draw.choice("123"),
                         title=draw.choice(("劳动保障", "综合")), **more, **shown, **since)  # fmt: skip
        person = draw.choice(("p1", "p2"))
        if draw.random() < 0.3:
            return event(f"g{number}", "staff.removed", "weixian", now, person_ref=person)
        place = draw.choice(({}, {"window": "1"}, {"window": "2"}))
        return event(
            f"g{number}",
            "staff.assigned",
            "weixian",
            now,
            person_ref=person,
            hall="weixian",
            **place,
            **shown,
        )

    def _ledger(self, now: int) -> Event:
        draw, number = self.draw, self.number
        time = now - draw.choice((0, 0, MINUTE, HOUR, DAY))
        day = format_instant(now - draw.choice((0, 0, DAY)))[:10]
        written = [one for one in self.sent if one.type.startswith("ledger.")]
        if written and draw.random() < 0.2:
            target = draw.choice(written)
            whom = {"corrects": {"id": target.id, "source": target.source}}
            changed: dict[str, Any] = {
                "number": draw.randint(1, 9),
                "day": day,
                "entries": draw.randint(0, 3),
            }
            return event(f"k{number}", "event.corrected", "weixian", now, **whom, data=changed,
                         time=format_instant(time))  # fmt: skip
        if draw.random() < 0.3:
            more = {"day": day} if draw.random() < 0.5 else {}
            return event(f"s{number}", "ledger.sheet_closed", "weixian", time, point="weixian",
                         entries=draw.randint(0, 3), **more)  # fmt: skip
        more = draw.choice(({}, {"case": draw.choice(self.cases)}, {"day": day}, {"accepted_on": day}))
        return event(f"l{number}", "ledger.entry_recorded", "weixian", time, point="weixian",
                     number=draw.randint(1, 9), item="permit", **more)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_what_is_issued_on_them_follows_from_the_log(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    for name, most in (("_RECORDS", 7), ("_SUBJECTS", 3), ("_SWEEP", 2)):
        monkeypatch.setattr(streams.supervision, name, draw.randint(1, most))
    clock, county = HandClock(), BusyHall(seed)
    journal, state = Journal(tmp_path / "journal.db", clock), State(tmp_path / "state.db")
    watched(journal)
    supervision = Supervision(journal, state, clock, base(), rate=draw.choice((1, 20_000)))
    for _ in range(60):
        clock.instant += draw.choice((0, 1, MINUTE, HOUR, 5 * HOUR, DAY, 3 * DAY))
        journal.append(county.batch(clock.instant))
        for _ in range(draw.choice((0, 1, 2, 50))):
            if not supervision.turn():
                break
        if draw.random() < 0.2:
            supervision = Supervision(journal, state, clock, base())
    clock.instant += 30 * DAY
    while supervision.turn():
        pass
    assert state.dead_letters() == []
    live: dict[str, list[object]] = {}
    for subject, document in issued_live(state):
        live.setdefault(subject, []).append(document)
    pure = {name: issued for name, issued in issued_purely(journal, clock.instant - 1).items() if issued}
    for subject in live.keys() | pure.keys():
        assert live.get(subject, []) == pure.get(subject, []), subject
    assert any(subject.startswith("hall:") for subject in pure)
    assert any(subject.startswith("ledger:") for subject in pure)
    assert any(one["code"] in ("OW-05", "CA-04") for issued in pure.values() for one in issued)


@pytest.mark.parametrize("seed", range(24))
def test_what_the_shared_base_takes_back_or_corrects_reaches_those_that_were_lent_it(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    for name, most in (("_RECORDS", 7), ("_SUBJECTS", 3), ("_SWEEP", 2)):
        monkeypatch.setattr(streams.supervision, name, draw.randint(1, most))
    clock, shared = HandClock(), SharedBase(seed, is_terse=True)
    journal, state = Journal(tmp_path / "journal.db", clock), State(tmp_path / "state.db")
    open_hall(journal)
    journal.append(shared.opening(BEGIN))
    supervision = Supervision(journal, state, clock, base())
    for _ in range(40):
        clock.instant += draw.choice((0, 1, MINUTE, HOUR, DAY))
        journal.append(shared.batch(clock.instant))
        for _ in range(draw.choice((0, 1, 2, 50))):
            if not supervision.turn():
                break
        if draw.random() < 0.2:
            supervision = Supervision(journal, state, clock, base())
    clock.instant += 30 * DAY
    while supervision.turn():
        pass
    assert state.dead_letters() == []
    live: dict[str, list[dict[str, Any]]] = {}
    for subject, document in issued_live(state):
        live.setdefault(subject, []).append(document)
    pure = {name: issued for name, issued in issued_purely(journal, clock.instant - 1).items() if issued}
    assert live == pure
    assert any(one["code"] == "PR-11" for issued in pure.values() for one in issued)


def test_a_silent_hall_is_found_by_the_clock_alone(tmp_path: Path) -> None:
    clock = HandClock()
    journal, state = Journal(tmp_path / "journal.db", clock), State(tmp_path / "state.db")
    watched(journal)
    supervision = Supervision(journal, state, clock, base())
    clock.instant += 4 * DAY
    while supervision.turn():
        pass
    assert [(name, one["code"]) for name, one in issued_live(state)] == [("hall:weixian", "DQ-01")]
    assert all(not row.subject.startswith("hall:") for row in state.verdicts(0, 100))


def test_a_correction_of_a_line_makes_no_case(tmp_path: Path) -> None:
    clock = HandClock()
    journal, state = Journal(tmp_path / "journal.db", clock), State(tmp_path / "state.db")
    watched(journal)
    journal.append(
        [
            event("l", "ledger.entry_recorded", "weixian", BEGIN, point="weixian", number=1),
            event("k", "event.corrected", "weixian", BEGIN, corrects={"id": "l"}, data={"number": 2}),
        ]
    )
    supervision = Supervision(journal, state, clock, base())
    clock.instant += DAY
    while supervision.turn():
        pass
    assert state.verdicts(0, 100) == []
    assert {name for name, _ in issued_live(state)} == {"ledger:weixian/2026-03-02"}


def test_what_an_earlier_version_took_without_forwarding_is_forwarded_once(tmp_path: Path) -> None:
    clock = HandClock()
    journal, state = Journal(tmp_path / "journal.db", clock), State(tmp_path / "state.db")
    watched(journal)
    clock.instant += HOUR
    journal.append(
        [event("a", "case.accepted", "c", clock.instant, item="permit", hall="weixian", window="1")]
    )
    supervision = Supervision(journal, state, clock, base())
    while supervision.turn():
        pass
    with state._write_lock:
        state._writer.execute("DELETE FROM signals")
        state._writer.execute("DELETE FROM subjects WHERE subject LIKE 'hall:%' OR subject LIKE 'window:%'")
        state._writer.execute("UPDATE progress SET routed = 0")
    for _ in range(2):
        supervision = Supervision(journal, state, clock, base())
    assert (
        len(state.signals("hall:weixian")) == 6
    )  # the hall twice, its being due, two windows, the first case
    clock.instant += 8 * DAY
    while supervision.turn():
        pass
    live = [one for name, one in issued_live(state) if name == "hall:weixian"]
    assert live == issued_purely(journal, clock.instant - 1)["hall:weixian"]
