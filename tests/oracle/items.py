"""What may be told of an item in the catalogue, drawn from a seed: versions, guides, stationings and approvals."""

import random
from typing import Any

from domain.instants import DAY, format_instant
from tests.oracle.lives import ITEM

Document = dict[str, Any]

RULES: Document = {
    "CA-01": {"enabled": True, "parameters": {"fields": ["title", "materials", "faq", "sample"]}},
    "CA-02": {"enabled": True, "parameters": {"within": "2 working_day"}},
    "CA-03": {"enabled": True},
    "CA-05": {"enabled": True},
    "OW-02": {"enabled": True},
    "OW-03": {"enabled": True},
}
"""All that judges items, as the profile of a county sets it."""

TYPES = (
    "item.published", "item.published", "item.published", "item.withdrawn", "item.stationed", "item.stationed",
    "item.exempted", "item.change_approved", "item.change_approved", "guide.published", "guide.published",
)  # fmt: skip


def item_rules(draw: random.Random) -> Document:
    """The rules as a county sets them: guides required or not, one reference of a change or two, in order or not."""
    rules = {code: dict(rule) for code, rule in RULES.items()}
    rules["CA-02"]["parameters"] = {"within": "2 working_day", "required": draw.random() < 0.5}
    rules["OW-03"]["parameters"] = {"for_change": draw.choice((1, 2)), "ordered": draw.random() < 0.5}
    return rules


def item_data(draw: random.Random, type: str, now: int) -> Document:
    """What an event of the type says of the one item of the county, told at `now`."""
    said: Document = {"item": "permit"}
    if type == "item.published":
        said |= ITEM | {"promised_limit": f"{draw.randint(2, 6)} working_day", "version": _label(draw)}
        _maybe(draw, said, "materials", ["申请书", "执照", "照片"][: draw.randint(0, 3)])
        _maybe(draw, said, "sample", "示范文本")
        _maybe(draw, said, "promised_text", f"{draw.randint(2, 6)}个工作日内办结")
        _maybe(draw, said, "stationing_due", _day(draw, now), 0.5)
        _maybe(draw, said, "suspended", draw.random() < 0.5, 0.1)
    elif type == "guide.published":
        said |= {"fields": draw.sample(("materials", "faq", "sample"), draw.randint(0, 3))}
        _maybe(draw, said, "version", _label(draw))
        _maybe(draw, said, "online", draw.random() < 0.7)
    elif type == "item.change_approved":
        said["references"] = [_reference(draw, now) for _ in range(draw.randint(0, 2))]
        _maybe(draw, said, "version", _label(draw), 0.2)
        _maybe(draw, said, "kind", draw.choice(("change", "withdrawal", "exemption")), 0.2)
    elif type == "item.exempted":
        _maybe(draw, said, "references", [_reference(draw, now) for _ in range(2)])
    if type in ("item.stationed", "item.exempted"):
        _maybe(draw, said, "hall", draw.choice(("hall", "village", "nowhere")), 0.8)
    _maybe(draw, said, "hall", "hall", 0.3)
    _maybe(draw, said, "effective_from", _day(draw, now), 0.3)
    return said


def _maybe(draw: random.Random, said: Document, field: str, value: Any, chance: float = 0.6) -> None:
    if draw.random() < chance:
        said[field] = value


def _label(draw: random.Random) -> str:
    return draw.choice(("1", "2", "3"))


def _day(draw: random.Random, now: int) -> str:
    return format_instant(now + draw.randint(-6, 12) * DAY)[:10]


def _reference(draw: random.Random, now: int) -> Any:
    number = f"批{draw.randint(1, 3)}号"
    return draw.choice(
        (number, {"number": number, "date": _day(draw, now)}, {"organ": "县政府", "number": number})
    )
