"""Which events a caller may send: its own source, its own halls, and no history unless it is an importer."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from api.auth import Grant
from api.problems import Problem
from domain.identity import about_an_office
from streams.ports import EventLog

_ORDERS = ("case.rejudged",)
"""Orders of the supervision center: not for a hall to give on its own cases."""


class Speaker:
    """The right of one request to say things; remembers the halls of the cases it has looked up."""

    def __init__(self, grant: Grant, holders: Callable[[str], frozenset[str]], *, importing: bool) -> None:
        self._grant = grant
        self._ask = holders
        self._importing = importing
        self._holders: dict[str, frozenset[str]] = {}

    def check(self, event: Mapping[str, Any]) -> None:
        """Raise a 403 problem that names the field the caller may not say; `event` is a valid CloudEvent."""
        grant, data = self._grant, event.get("data") or {}
        kind = str(event["type"])
        if event.get("recordedtime") is not None and not self._importing:
            raise Problem(
                403,
                "recorded-time-refused",
                "only an importer of history may state it; expected no recordedtime",
                "recordedtime",
            )
        if grant.source is not None and event["source"] != grant.source:
            raise Problem(
                403, "forbidden", f"{grant.caller} speaks for source {grant.source!r} only", "source"
            )
        if (about_an_office(kind) or kind in _ORDERS) and "reference" not in grant.permissions:
            raise Problem(
                403,
                "forbidden",
                f"{grant.caller} may not send {kind}: it has no permission for reference",
                "type",
            )
        for target in ("corrects", "retracts"):
            aim = data.get(target)
            if (
                grant.source is not None
                and isinstance(aim, Mapping)
                and aim.get("source", grant.source) != grant.source
            ):
                raise Problem(
                    403,
                    "forbidden",
                    f"{grant.caller} corrects events of {grant.source!r} only",
                    f"data.{target}.source",
                )
        if grant.halls is not None and not about_an_office(kind):
            self._check_halls(str(event["subject"]), data, grant.halls)

    def _check_halls(self, subject: str, data: Mapping[str, Any], own: frozenset[str]) -> None:
        changed = data.get("data")
        named = [(f"data.{name}", data.get(name)) for name in ("hall", "from_hall")]
        if isinstance(changed, Mapping):
            named.append(("data.data.hall", changed.get("hall")))
        for place, hall in named:
            if isinstance(hall, str) and hall not in own:
                raise Problem(
                    403, "forbidden", f"{self._grant.caller} may not speak for hall {hall!r}", place
                )
        if subject not in self._holders:
            self._holders[subject] = self._ask(subject)
        known = self._holders[subject]
        if known and not known & own:
            raise Problem(
                403, "forbidden", f"case {subject!r} is not at a hall of {self._grant.caller}", "subject"
            )


def holders(log: EventLog, subject: str) -> frozenset[str]:
    """Every hall that the history of a case names as its place, now or before."""
    found = set()
    for record in log.history(subject):
        data = orjson.loads(record.raw).get("data") or {}
        found |= {data[name] for name in ("hall", "to_hall") if isinstance(data.get(name), str)}
    return frozenset(found)
