"""Whether what the supervisor said of a subject is what its history, judged anew, says."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

import msgspec

from domain.instants import parse_instant
from streams.ports import IssueRow

__all__ = ["in_force", "said_before", "what_differs"]

Entry = Mapping[str, Any]


def said_before(said: Iterable[IssueRow], instant: int) -> list[Entry]:
    """What was issued before an instant of knowledge, whichever engine did so."""
    entries: list[Entry] = []
    for row in said:
        document: dict[str, Any] = msgspec.json.decode(row.document)
        document.pop("engine", None)
        if parse_instant(document["recorded"]) < instant:
            entries.append(document)
    return entries


def what_differs(said: Sequence[Entry], judged: Sequence[Entry]) -> str | None:
    """The first entry in which two lists differ, in words; None where they are the same."""
    for number, (one, other) in enumerate(zip_longest(said, judged), 1):
        if one != other:
            return f"entry {number} of what was issued is {_words(one)}, the journal issues {_words(other)}"
    return None


def in_force(entries: Iterable[Entry]) -> frozenset[str]:
    """Ids of the findings in force by what was issued."""
    last: dict[Any, Entry] = {}
    for issue in entries:
        if issue["type"] == "finding.lifted":
            last = {key: one for key, one in last.items() if one["finding"] != issue["finding"]}
        else:
            key = (issue["code"], issue["clock"], issue["round"]) if issue["clock"] else issue["finding"]
            last[key] = issue
    return frozenset(issue["finding"] for issue in last.values())


def _words(entry: Entry | None) -> str:
    if entry is None:
        return "none"
    told = ", ".join(
        f"{name} {entry[name]}" for name in ("occurred", "recorded", "cause", "reason") if entry[name]
    )
    return f"{entry['type'].partition('.')[2]} {entry['code']} {entry['level']} ({told})"
