"""A small county, drawn from a seed: what its halls send next, lawful or not, in order or not, and what is published.

The same seed sends the same events. `lives` says what may follow what, and what the fields may say.
"""

import random
from typing import Any

from domain.events import Event, event_from_mapping
from domain.instants import DAY, HOUR, MINUTE, format_instant, parse_instant
from tests.oracle import halls
from tests.oracle.items import TYPES, item_data, item_rules
from tests.oracle.lives import CHOICES, END, FOLLOWS, HALL, ITEM, OTHERS, TOWN, USUAL, VILLAGE, WORK

BEGIN = parse_instant("2026-02-10T01:00:00Z")
"""A Tuesday before Spring Festival, 09:00 in the hall."""

PROFILES = ("local", "local", "statute", "hunan-2018", "jiangsu-2013", "two-colour", "augurit")
CN = {"calendar": "cn", "zone": "Asia/Shanghai", "week": {"mon-fri": ["09:00-12:00", "13:00-17:00"]},
      "holidays": "cn-state-council"}  # fmt: skip
SETTINGS = {
    "mode": ["date", "date", "instant"],
    "day_end": ["close", "close", "midnight"],
    "late_extension": ["does_not_cure", "cures"],
    "stage_on_return": ["accumulate", "fresh"],
    "on_reopen": ["resume", "fresh"],
    "correction_pauses": [False, True],
    "unlawful_suspension": ["pauses", "ignored"],
}
DELAYS = (0,) * 12 + (MINUTE, 30 * MINUTE, 5 * HOUR, DAY, 3 * DAY, 6 * DAY)
"""How long after it happened an event is sent."""
AHEAD = (2 * MINUTE, 5 * MINUTE, 6 * MINUTE, DAY, 4 * DAY)
"""How far ahead of its record an event may say that it happened."""
TWICE = ("accepted", "completed", "stage_completed", "branch_closed", "resumed", "suspended", "decided")
"""What may not happen twice, and does."""


class County:
    """Draws events that are not recorded yet."""

    def __init__(self, seed: int, cases: int = 3, ledgers: bool = False) -> None:
        """With `ledgers` the halls tell of their ledgers, windows and people too."""
        self.draw = random.Random(seed)
        self.cases = [f"case-{number}" for number in range(1, cases + 1)]
        self._sent: list[Event] = []
        self._orders: list[Event] = []
        """those of `_sent` that speak of other events"""
        self._by_subject: dict[str, list[Event]] = {}
        self._published: list[Event] = []
        self._last = dict.fromkeys(self.cases, "")
        self._number = 0
        self._awaited: dict[int, Event] = {}
        """orders that speak of an event before it is sent, by its number"""
        self._profile: dict[str, Any] = {}
        self._ledgers = ledgers

    def opening(self) -> list[Event]:
        """What is published before the first case."""
        draw = self.draw
        settings = {name: draw.choice(values) for name, values in SETTINGS.items()}
        forward = {"limit": "2 working_day", "levels": [{"level": 2, "after_due": "0 working_day"}]}
        branch = {"levels": [{"level": 1, "used_share": "0.5"}, {"level": 2, "after_due": "0 working_day"}]}
        clocks = {"forward": forward, "branch": branch}
        rules = {**item_rules(draw), **(halls.RULES if self._ledgers else {})}
        self._profile = {"profile": "local", "settings": settings, "clocks": clocks, "rules": rules}
        names = ("local",) * 8 + PROFILES if self._ledgers else PROFILES
        hall, village = ({**one, "profile": draw.choice(names)} for one in (HALL, VILLAGE))
        documents = [("calendar", TOWN), ("profile", self._profile), ("hall", hall), ("hall", village)]
        if draw.random() < 0.85:
            documents.append(("item", ITEM))
        return [self._publish(kind, document, BEGIN) for kind, document in documents]

    def batch(self, now: int) -> list[Event]:
        """What is sent in one call at `now`."""
        return [self._next(now) for _ in range(self.draw.choice((1, 1, 1, 2, 2, 4)))]

    def _next(self, now: int) -> Event:
        draw, luck = self.draw, self.draw.random()
        if luck < 0.04 and self._sent:
            return draw.choice(self._sent)
        awaited = self._awaited.pop(self._number + 1, None)
        if awaited is not None:
            made = self._order(now, awaited)
        elif luck < 0.12:
            made = self._reference(now)
        elif luck < 0.15 and self._orders:
            made = self._order(now, draw.choice(self._orders))
        elif luck < 0.2 and self._sent:
            made = self._order(now, draw.choice(self._sent))
        elif luck < 0.23:
            made = self._order(now, draw.choice(self._published))
        elif luck < 0.26 and self._sent:
            made = self._reused(now, draw.choice(self._sent))
        elif luck < 0.38:
            made = self._item(now)
        elif luck < 0.55 and self._ledgers:
            made = self._event(*halls.told(draw, now, self.cases))
        else:
            made = self._case(now)
        self._sent.append(made)
        self._by_subject.setdefault(made.subject, []).append(made)
        if made.type.startswith("event."):
            self._orders.append(made)
        return made

    def _case(self, now: int) -> Event:
        draw = self.draw
        subject = draw.choice(self.cases)
        last = self._last[subject]
        luck = draw.random()
        if luck < 0.6:
            name = draw.choice(FOLLOWS.get(last, WORK + END))
        elif luck < 0.75:
            name = draw.choice(TWICE)
        else:
            name = draw.choice(USUAL + OTHERS * 2).removeprefix("case.")
        if name in END and draw.random() < 0.6:  # else most of a life would lie behind its end
            name = draw.choice(WORK)
        self._last[subject] = name
        return self._event(f"case.{name}", subject, self._when(now), self._data(f"case.{name}"))

    def _data(self, type: str) -> dict[str, Any]:
        drawn = {name: self.draw.choice(values) for name, values in CHOICES.get(type, {}).items()}
        return {name: value for name, value in drawn.items() if value is not None}

    def _when(self, now: int) -> int:
        draw = self.draw
        if draw.random() < 0.04:
            return now + draw.choice(AHEAD)
        return now - draw.choice(DELAYS) - draw.choice((0, 0, draw.randrange(MINUTE)))

    def _order(self, now: int, target: Event) -> Event:
        """A correction or retraction of any event, of reference data and of such orders themselves."""
        draw = self.draw
        whom = {"id": target.id, "source": target.source}
        luck = draw.random()
        ahead = self._number + draw.randint(1, 3)
        if luck < 0.05:
            whom["id"] = "nothing"
        elif luck < 0.15:  # what it speaks of will speak of it
            whom = {"id": f"e{ahead}", "source": "hall"}
        if draw.random() < 0.4:
            made = self._event("event.retracted", target.subject, now, {"retracts": whom, "reason": "误录"})
        else:
            made = self._correction(now, target, whom)
        if luck >= 0.05 and luck < 0.15 and ahead > self._number:
            self._awaited[ahead] = made
        return made

    def _correction(self, now: int, target: Event, whom: dict[str, Any]) -> Event:
        draw = self.draw
        data: dict[str, Any] = {"corrects": whom}
        if target.type.startswith("event."):
            data["data"] = self._order_data(target)
        else:
            if target.type in TYPES and draw.random() < 0.5:
                data["data"] = item_data(draw, target.type, now)
            elif target.type == "item.published":
                data["data"] = {"promised_limit": f"{draw.randint(1, 7)} working_day"}
            elif target.type == "hall.published":
                data["data"] = {"profile": draw.choice(PROFILES)}
            elif target.type.startswith(("ledger.", "window.", "staff.")):
                data["data"] = halls.changed(draw, now)
            elif draw.random() < 0.4:
                data["data"] = self._data(target.type)
        if "data" not in data or draw.random() < 0.4:
            data["time"] = format_instant(target.time + draw.randint(-50, 50) * HOUR)
        return self._event("event.corrected", target.subject, now, data)

    def _order_data(self, target: Event) -> dict[str, Any]:
        """What a correction of an order makes of it: another content, another target, itself or nothing at all."""
        draw = self.draw
        name = "corrects" if target.type == "event.corrected" else "retracts"
        kind = draw.randrange(4)
        if kind == 0:
            other = draw.choice(self._by_subject.get(target.subject) or [target])
            return {name: {"id": other.id, "source": other.source}}
        if kind == 1:
            return {name: {"id": draw.choice((f"e{self._number + 1}", target.id)), "source": "hall"}}
        if kind == 2 and draw.random() < 0.2:
            return {name: "no target"}
        if name == "corrects" and (draw.random() < 0.5 or target.subject not in self.cases):
            return {"time": format_instant(target.time + draw.randint(-50, 50) * HOUR)}
        content = (
            {"promised_limit": f"{draw.randint(1, 7)} working_day"} if target.subject in self.cases else {}
        )
        return {"data": content, "reason": "更正有误"}

    def _reused(self, now: int, target: Event) -> Event:
        """The same source and id for something else."""
        if target.type.startswith(("case.", "event.")) and target.subject != halls.DESK:
            name = self.draw.choice(USUAL + OTHERS)
            made = self._event(name, target.subject, self._when(now), self._data(name) | {"note": str(now)})
        else:
            made = self._event(target.type, target.subject, now, target.data | {"version": f"again {now}"})
        return event_from_mapping(_mapping(made) | {"id": target.id, "source": target.source}, recorded=0)

    def _item(self, now: int) -> Event:
        """A version of the item, its guide, its stationing, or an approval."""
        type = self.draw.choice(TYPES)
        made = self._event(type, "permit", self._when(now), item_data(self.draw, type, now), "reference")
        self._published.append(made)
        return made

    def _reference(self, now: int) -> Event:
        draw = self.draw
        since = draw.choice(({}, {}, {"effective_from": "2026-01-01"}, {"effective_from": "2026-02-16"}))
        version = {"version": f"v{self._number}"}
        kind = draw.choice(("item", "item", "calendar", "calendar", "hall", "profile", "withdrawn"))
        if kind == "item":
            limit = {"promised_limit": f"{draw.randint(0, 6)} working_day"}
            return self._publish("item", {**ITEM, **limit, **version, **since}, now)
        if kind == "withdrawn":
            withdrawn = {"item": "permit", "version": "1", "effective_from": "2026-03-20"}
            return self._event("item.withdrawn", "permit", now, withdrawn)
        if kind == "calendar":
            days = {format_instant(now + draw.randint(-9, 9) * DAY)[:10]: "closed" for _ in range(3)}
            return self._publish("calendar", {**draw.choice((CN, TOWN)), "days": days, **since}, now)
        if kind == "hall":
            hall = {**draw.choice((HALL, VILLAGE)), **since}
            return self._publish(
                "hall",
                hall | {"calendar": draw.choice(("cn", "town")), "profile": draw.choice(PROFILES)},
                now,
            )
        code = draw.choice(("TL-01", "TL-02", "TL-08", "TL-09", "CA-02", "OW-02", "OW-03"))
        rules = {**self._profile["rules"], code: {"enabled": draw.random() < 0.3}}
        return self._publish("profile", {**self._profile, "rules": rules, **since}, now)

    def _publish(self, kind: str, document: dict[str, Any], now: int) -> Event:
        made = self._event(f"{kind}.published", document[kind], now, document, "reference")
        self._published.append(made)
        return made

    def _event(self, type: str, subject: str, time: int, data: dict[str, Any], source: str = "hall") -> Event:
        self._number += 1
        mapping = {"id": f"e{self._number}", "source": source, "type": type, "subject": subject,
                   "time": format_instant(time), "data": data}  # fmt: skip
        return event_from_mapping(mapping, recorded=0)


def _mapping(event: Event) -> dict[str, Any]:
    return {
        "type": event.type,
        "subject": event.subject,
        "time": format_instant(event.time),
        "data": event.data,
    }
