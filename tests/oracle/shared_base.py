"""What a shared base enters of two applicants, takes back and corrects, in chains too; and what is asked of them."""

import random
from typing import Any

from domain.events import Event
from domain.instants import DAY, HOUR, format_instant
from tests.unit.streams.histories import event

BASE = "base/weixian"
HALL = "lending"
KINDS = ("营业执照", "身份证", "户口簿")
OF = {"lent-1": "p1", "lent-2": "p1", "lent-3": "p2", "lent-4": "p2"}
"""Cases, and whose they are."""


class SharedBase:
    """Draws events that are not recorded yet, from a generator of its own."""

    def __init__(self, seed: int, *, is_terse: bool = False) -> None:
        """With `is_terse` some orders leave the source of what they speak of to be found out."""
        self.draw = random.Random(f"shared base {seed}")
        self._is_terse = is_terse
        self._entries: list[Event] = []
        self._orders: list[Event] = []
        self._number = 0

    def opening(self, begin: int) -> list[Event]:
        """A hall in which nothing is looked at but this, and what the cases are about."""
        rules = {"PR-11": {"enabled": True}}
        return [
            event("lending-p", "profile.published", "lending", begin, profile="lending", rules=rules),
            event("lending-h", "hall.published", HALL, begin, hall=HALL, title="威县", region="130533",
                  calendar="cn", level="county", profile="lending"),
            *(event(f"a-{case}", "case.applied", case, begin, hall=HALL, applicant_ref=whose)
              for case, whose in OF.items()),
        ]  # fmt: skip

    def batch(self, now: int) -> list[Event]:
        """What is sent in one call at `now`."""
        return [self._next(now) for _ in range(self.draw.choice((1, 1, 2, 3)))]

    def _next(self, now: int) -> Event:
        self._number += 1
        luck = self.draw.random()
        if luck < 0.35 or not self._entries:
            made = self._entry(now)
            self._entries.append(made)
        elif luck < 0.7:
            made = self._order(now)
            self._orders.append(made)
        else:
            # of the numbers that the base uses, too
            asked = self.draw.sample(KINDS, 2)
            made = event(f"{self._number % 7}", "case.correction_requested", self.draw.choice(list(OF)),
                         now - self.draw.choice((0, 0, HOUR)), source=f"desk/{self._number}",
                         document_no=f"B-{self._number}", materials=asked)  # fmt: skip
        return made

    def _entry(self, now: int) -> Event:
        draw = self.draw
        until = draw.choice(({}, {}, {"valid_until": format_instant(now + 20 * DAY)[:10]}))
        return event(f"{self._number}", "material.held", "base", now - draw.choice((0, DAY)), source=BASE,
                     applicant_ref=draw.choice(("p1", "p2")), material=draw.choice(KINDS), **until)  # fmt: skip

    def _order(self, now: int) -> Event:
        draw = self.draw
        target = draw.choice(draw.choice((self._entries, self._entries, self._orders or self._entries)))
        whom: dict[str, Any] = {"id": target.id, "source": target.source}
        source = BASE
        if self._is_terse and draw.random() < 0.5:
            source = draw.choice((BASE, "desk/clerk"))
            del whom["source"]
        if draw.random() < 0.5:
            return event(f"{self._number}", "event.retracted", "base", now, source=source, retracts=whom)
        changed = self._changed(target, now)
        return event(
            f"{self._number}", "event.corrected", "base", now, source=source, corrects=whom, data=changed
        )

    def _changed(self, target: Event, now: int) -> dict[str, Any]:
        draw = self.draw
        fields = draw.choice(
            (
                {"material": draw.choice(KINDS)},
                {"applicant_ref": draw.choice(("p1", "p2"))},
                {"valid_until": format_instant(now + draw.randint(-9, 9) * DAY)[:10]},
            )
        )
        if target.type == "material.held":
            return fields
        other = draw.choice(self._entries)
        name = "corrects" if target.type == "event.corrected" else "retracts"
        if name == "corrects" and draw.random() < 0.5:
            return {"data": fields}
        return {name: {"id": other.id, "source": other.source}}
