"""An item's course told in order and on time: what was found of it is never taken back by what happens later.

Nothing is dated back in it: dates of effect lie ahead, references are of the day on which they are told.
"""

import random
from typing import Any

import pytest

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE, format_instant, parse_instant
from domain.judge import judge
from domain.subjects.routing import derived
from tests.oracle.asking import event, published, reference
from tests.oracle.counties import CN
from tests.oracle.items import RULES, TYPES, item_data, item_rules
from tests.oracle.lives import HALL

BEGIN = parse_instant("2026-02-10T01:00:00Z")
SUBJECT = "item:permit"
LIVES = 300


def item_life(draw: random.Random) -> list[Event]:
    """Some ten events of one item, each recorded when it happens."""
    now, out = BEGIN, []
    for number in range(draw.randint(4, 12)):
        now += draw.choice((MINUTE, HOUR, 5 * HOUR, DAY, 2 * DAY, 6 * DAY)) + draw.randrange(1, 1000)
        type = draw.choice(("item.published", *TYPES))
        data = item_data(draw, type, now)
        if data.get("effective_from", "") <= format_instant(now + DAY)[:10]:
            data.pop("effective_from", None)
        for entry in data.get("references", ()):
            if isinstance(entry, dict):
                entry.pop("date", None)
        out.append(event({"type": type, "id": f"i{number}", "subject": "permit", "source": "reference",
                          "time": format_instant(now), "data": data}))  # fmt: skip
    return out


def verdicts(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is thought of the item two months later: all told in order, and all with the log shuffled."""
    draw = random.Random(seed)
    profile = {"profile": "local", "rules": item_rules(draw)}
    life = item_life(draw)
    known = reference(
        [published("calendar", CN), published("profile", profile), published("hall", HALL), *life]
    )
    history = derived(life, known)[SUBJECT]
    end = life[-1].time + 60 * DAY
    shuffled = draw.sample(history, len(history))
    return judge(history, known, end, end, SUBJECT), judge(shuffled, known, end, end, SUBJECT)


@pytest.mark.parametrize("first", range(0, LIVES, 50))
def test_what_happens_later_takes_nothing_back(first: int) -> None:
    found: set[str] = set()
    for seed in range(first, first + 50):
        verdict, shuffled = verdicts(seed)
        assert {entry["type"] for entry in verdict["issued"]} <= {"finding.raised"}, seed
        assert len(verdict["findings"]) == len(verdict["issued"]), seed
        assert verdict == shuffled, seed
        found |= {finding["code"] for finding in verdict["findings"]}
    assert found == set(RULES)
