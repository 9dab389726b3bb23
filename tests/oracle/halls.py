"""What a hall tells beside its cases: lines and sheets of its ledger, fees, windows, people; some wrong or late."""

import random
from collections.abc import Sequence
from typing import Any

from domain.instants import DAY, HOUR, MINUTE, format_instant

RULES: dict[str, dict[str, Any]] = {
    "DQ-01": {"enabled": True},
    "DQ-04": {"enabled": True},
    "TL-14": {"enabled": True, "parameters": {"window": "2 working_day"}},
    "FE-03": {"enabled": True},
    "OW-05": {"enabled": True, "parameters": {"count": 2, "named": ["劳动保障"], "levels": ["township", "county"]}},
    "CA-04": {"enabled": True},
}  # fmt: skip
"""The rules about halls, windows, receipts and ledgers."""

HALLS = ("village", "village", "hall")
DESK = "desk"
"""The subject under which lines and sheets are told."""


def told(draw: random.Random, now: int, cases: Sequence[str]) -> tuple[str, str, int, dict[str, Any]]:
    """Type, subject, time and data of an event of a hall, none of a case but fees and acceptances at a point."""
    hall = draw.choice(HALLS)
    time = now - draw.choice((0, 0, 0, MINUTE, 5 * HOUR, DAY))
    day = format_instant(now - draw.choice((0, 0, DAY)) + 8 * HOUR)[:10]
    luck = draw.random()
    if luck < 0.35:
        more = draw.choice(({}, {}, {"day": day}, {"accepted_on": day}, {"void": True}))
        case = draw.choice(({}, {"case": draw.choice(cases)}, {"applicant_ref": "p1"}))
        data = {"point": hall, "number": draw.choice((1, 2, 3, 4, "2026-05", None)), "item": "permit"}
        return "ledger.entry_recorded", DESK, time, {**data, **more, **case}
    if luck < 0.5:
        more = draw.choice(({}, {"day": day}))
        return "ledger.sheet_closed", DESK, time, {"point": hall, "entries": draw.randint(0, 3), **more}
    if luck < 0.6:
        taken = {"item": "permit", "hall": hall, "window": draw.choice("12"), "applicant_ref": "p1"}
        return "case.accepted", draw.choice(cases), time, taken
    if luck < 0.7:
        return "case.fee_collected", draw.choice(cases), time, {"receipt_no": f"R-{draw.randint(1, 3)}"}
    return *_published(draw, hall), now, _plates(draw, hall, now)


def _published(draw: random.Random, hall: str) -> tuple[str, str]:
    kind = draw.choice(
        ("window.published", "window.published", "staff.assigned", "staff.removed", "hall.expected")
    )
    return kind, hall


def _plates(draw: random.Random, hall: str, now: int) -> dict[str, Any]:
    """Fields of a window, a person and an expectation; each event reads its own."""
    since = format_instant(now + draw.randint(-3, 3) * DAY)[:10]
    shown = draw.choice(({}, {"sign": ["name", "post"]}, {"badge": ["name"]}, {"desk_plate": []}))
    more = draw.choice(
        (
            {},
            {"effective_from": since},
            {"closed": True},
            {"from": since},
            {"windows": ["1"]},
            {"windows": ["1", 2], "from": since},
            {"windows": []},
        )
    )
    place = draw.choice(({"hall": hall}, {"hall": hall, "window": draw.choice("12")}))
    return {"person_ref": draw.choice(("a", "b")), "title": draw.choice(("劳动保障", "综合")), "window": "1",
            **place, **shown, **more}  # fmt: skip


def changed(draw: random.Random, now: int) -> dict[str, Any]:
    """What a correction of such an event may say."""
    day = format_instant(now - draw.randint(0, 3) * DAY)[:10]
    return draw.choice(
        ({"number": draw.randint(1, 4)}, {"day": day}, {"point": draw.choice(HALLS)}, {"entries": 1}, {"hall": "hall"},
         {"window": "2", "effective_from": day}, {"badge": ["name"], "sign": ["name"]})
    )  # fmt: skip
