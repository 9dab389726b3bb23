"""Pages of docs/ that are made of code and data: `python -m sundial.pages docs`, which is `make docs`."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from domain.events import EVENT_TYPES
from domain.events.values import AMOUNTS, SLOTS
from domain.limits import Limit
from domain.registry import RULES
from sundial.obligations import Obligation, missing_rules, obligations, supervisors

__all__ = ["PAGES", "coverage_page", "events_page", "write"]

_MADE: Final = "This page is generated (`make docs`); a test holds that it agrees with the code."
_DOCUMENTS: Final = {
    "weixian": "威县 (Weixian), 威政发〔2016〕34号",
    "taojiang": "桃江 (Taojiang), 桃政办发〔2014〕16号",
    "tengzhou": "滕州 (Tengzhou), 滕政发〔2018〕23号",
    "kaifeng": "开封 (Kaifeng), 汴政办〔2014〕42号",
    "zhejiang": "浙江 (Zhejiang), 浙纪发〔2012〕16号",
}


def coverage_page() -> str:
    """docs/coverage.md: every obligation, the rules that supervise it, and what is missing."""
    return "\n".join(_coverage()) + "\n"


def events_page() -> str:
    """docs/events.md: every event type with its typed fields."""
    return "\n".join(_events()) + "\n"


_NAME: Final = "text or whole number"
_EXPECTED: Final[dict[str, dict[str, str]]] = {
    "": {"effective_from": "date or time", "stationing_due": "date or time", "valid_until": "date or time"},
    "agency.handed_over": {"agent": _NAME, "item": "text", "point": "text"},
    "agency.completed": {"agent": _NAME, "item": "text", "point": "text"},
    "window.published": {
        "hall": "text", "window": _NAME, "title": "text", "kinds": "list of text", "department": _NAME,
        "items": "list of text; none: all items", "sign": "list of the fields filled, or a mapping of them",
        "closed": "true or false",
    },
    "authorisation.granted": {
        "officer": _NAME, "items": "list of text; none: all items", "until": "date or time, or `长期`", "seal": _NAME,
    },
    "authorisation.revoked": {
        "officer": _NAME, "items": "list of text; none: all items", "until": "date or time, or `长期`", "seal": _NAME,
    },
    "hall.expected": {
        "hall": "text", "from": "date or time",
        "windows": "list of the windows due to send events too; left out: as said before",
    },
}  # fmt: skip
"""What rules expect in fields that are kept as sent, by event type; under "" for every type."""

PAGES: Final[dict[str, Callable[[], str]]] = {"coverage.md": coverage_page, "events.md": events_page}


def write(folder: Path) -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")


def _coverage() -> Iterator[str]:
    rows = obligations()
    whole = [one for one in rows if supervisors(one) and not missing_rules(one)]
    partly = [one for one in rows if supervisors(one) and missing_rules(one)]
    none = [one for one in rows if not supervisors(one)]
    yield "# What the regulations oblige, and which rule supervises it"
    yield ""
    yield "The obligations of the five regulations that rules of time limits (TL), process (PR), fees (FE), place"
    yield f"(OW), data truth (DQ) and the catalogue (CA) answer for. {_MADE}"
    yield ""
    yield f"Of {len(rows)} obligations {len(whole)} are supervised by every rule that answers for them,"
    yield f"{len(partly)} by some of them, {len(none)} by none yet."
    missing = sorted({code for one in rows for code in one.codes if code not in RULES})
    if missing:
        yield f"Rules not built yet: {', '.join(missing)}."
    for document, title in _DOCUMENTS.items():
        yield ""
        yield f"## {title}"
        yield ""
        yield "| Id | Article | Obligation | Supervised by | Not built yet |"
        yield "|---|---|---|---|---|"
        for one in rows:
            if one.document == document:
                yield _coverage_row(one)


def _coverage_row(one: Obligation) -> str:
    by = "<br>".join(f"{code} {RULES[code].title_zh} ({RULES[code].title_en})" for code in supervisors(one))
    missing = ", ".join(missing_rules(one))
    return f"| {one.id} | {one.article} | {one.zh} ({one.en}) | {by or '**none yet**'} | {missing} |"


def _events() -> Iterator[str]:
    yield "# The vocabulary of events"
    yield ""
    yield "Every event is a CloudEvent; `type` is one of these, `data` holds the fields. Only fields that decide"
    yield "something are typed; any other field is kept as sent. A limit is written `5 working_day`,"
    yield f"`{{amount: 5, unit: working_day}}` or `{{until: INSTANT}}`. {_MADE}"
    yield ""
    yield "An amount is a number, or a text of digits and a point such as `12.50`, no more than 18 digits on either"
    yield "side: no unit, no thousands separator. A slot is a time, or `{start, end}`, the end not before the start; a"
    yield "time without an offset is local. One that cannot be read is refused where events come in (422, with the"
    yield "place); one that is in the log all the same, and one below 0, is an irregularity of its case. A date is"
    yield "`2026-03-09` (from its 00:00) or a time. Yes and no (`urgent`, `closed`, `online`, `void`) are `true` and"
    yield "`false`, never texts. Lists may be left out; an empty one says that there is nothing."
    family = ""
    for name, kind in EVENT_TYPES.items():
        if name.partition(".")[0] != family:
            family = name.partition(".")[0]
            yield ""
            yield f"## {family}"
        yield ""
        yield f"### {name}"
        yield ""
        yield from _fields(name, kind)


def _fields(name: str, kind: type[msgspec.Struct]) -> Iterator[str]:
    fields = msgspec.structs.fields(kind)
    if not fields:
        yield "No typed field."
        return
    hints = get_type_hints(kind)
    yield "| Field | Kind | |"
    yield "|---|---|---|"
    for field in fields:
        said = _said(name, field.encode_name) or _kind(hints[field.name])
        yield f"| `{field.encode_name}` | {said} | {'required' if field.required else ''} |"


def _said(event: str, field: str) -> str | None:
    """What is expected in a field that is kept as sent, and read by rules."""
    if field in AMOUNTS.get(event, ()):
        return "amount"
    if field in SLOTS.get(event, ()):
        return "slot"
    return _EXPECTED.get(event, {}).get(field) or _EXPECTED[""].get(field)


def _kind(hint: Any) -> str:
    """A type in the words of JSON and of this program."""
    simple = {
        str: "text",
        int: "whole number",
        bool: "true or false",
        Limit: "limit",
        Any: "anything",
        dict: "object",
    }
    if hint in simple:
        return simple[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return "one of " + ", ".join(f"`{one}`" for one in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(_kind(one) for one in arguments if one is not type(None)))
    if origin is list:
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return "object"
    inner = ", ".join(
        f"`{field.encode_name}` {_kind(get_type_hints(hint)[field.name])}"
        for field in msgspec.structs.fields(hint)
    )
    return f"object ({inner})"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
