"""A hall whose windows, receipts, ledgers and signs of life are looked at, and what it sends."""

from typing import Any

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, format_instant
from streams.ports import EventLog
from tests.unit.streams.histories import BEGIN, Hall, event, hall, open_hall

CODES = ("DQ-01", "TL-14", "FE-03", "DQ-04", "OW-05", "CA-04")
RULES: dict[str, dict[str, Any]] = {code: {"enabled": True} for code in CODES}
RULES["OW-05"]["parameters"] = {"count": 2, "named": ["劳动保障"]}

BADGE = ("name", "post", "photo", "phone", "window")


def watched(log: EventLog) -> None:
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
