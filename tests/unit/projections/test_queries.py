"""Lists of cases and findings: order, filters, pages."""

from typing import Any

import pytest

from domain.instants import DAY, HOUR, format_instant
from projections.queries.cases import cases_page
from projections.queries.findings import findings_page
from projections.rows import Row
from tests.support.engines import ON_BOTH, AnyStore
from tests.unit.projections.making import MONDAY, NOON, case, completed


def finding(seq: int, **changed: Any) -> Row:
    row: Row = {
        "seq": seq, "id": f"i{seq}", "type": "raised", "finding": "TL-02-a", "chain": "TL-02|promised|1",
        "subject": "c", "code": "TL-02", "level": 2, "clock": "promised", "round": 1, "occurred": NOON - HOUR,
        "recorded": NOON + seq, "reason": "", "cause": "", "hall": "weixian", "item": "permit", "department": "",
        "officer": "",
    }  # fmt: skip
    return row | changed


def all_pages(store: AnyStore, **asked: Any) -> list[str]:
    subjects: list[str] = []
    after = None
    while True:
        page = cases_page(store, now=NOON, after=after, **asked)
        assert len(page.rows) <= asked.get("limit", 50)
        subjects += [row["subject"] for row in page.rows]
        after = page.next
        if after is None:
            return subjects


@ON_BOTH
def test_the_most_pressing_case_comes_first(store: AnyStore) -> None:
    rows = [
        case("calm", next_due=NOON + 2 * DAY), case("soon", next_due=NOON), case("never", next_due=None),
        case("red", level=3, next_due=NOON - DAY), case("yellow", level=2, next_due=NOON - DAY),
    ]  # fmt: skip
    store.insert("cases", rows, "t")
    assert all_pages(store) == ["red", "yellow", "soon", "calm", "never"]


@ON_BOTH
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
def test_pages_hold_every_case_once(store: AnyStore, limit: int) -> None:
    rows = [
        case(f"c{n}", level=n % 4, next_due=None if n % 3 == 0 else NOON + n % 2 * HOUR) for n in range(20)
    ]
    store.insert("cases", rows, "t")
    found = all_pages(store, limit=limit)
    assert sorted(found) == sorted(row["subject"] for row in rows)
    assert found == all_pages(store, limit=100)


@ON_BOTH
def test_cases_by_status_hall_item_and_level(store: AnyStore) -> None:
    rows = [
        case("a"),
        case("b", hall="town", level=2),
        case("s", status="suspended", item="card"),
        completed("z", MONDAY),
    ]
    store.insert("cases", rows, "t")
    assert all_pages(store, status="open") == ["b", "a", "s"]
    assert all_pages(store, status="completed") == ["z"]
    assert all_pages(store, hall="town") == ["b"]
    assert all_pages(store, item="card") == ["s"]
    assert all_pages(store, level=2) == ["b"]
    assert all_pages(store, hall="'; DROP TABLE cases") == []


@ON_BOTH
def test_only_the_current_verdict_is_listed(store: AnyStore) -> None:
    store.insert("cases", [case("c")], "1")
    store.insert("cases", [completed("c", MONDAY, revision=2)], "2")
    assert all_pages(store, status="open") == []


@ON_BOTH
def test_a_case_is_ready_for_json(store: AnyStore) -> None:
    store.insert("cases", [case("c", is_overdue=1)], "t")
    (row,) = cases_page(store, now=NOON).rows
    assert (row["next_due"], row["completed"]) == (format_instant(NOON + DAY), None)
    assert (row["open"], row["overdue"], row["voided"], row["hall_title"]) == (True, True, False, None)


@ON_BOTH
def test_the_newest_finding_comes_first(store: AnyStore) -> None:
    store.insert("findings", [finding(n, subject=f"c{n}") for n in (1, 2, 3)], "t")
    page = findings_page(store, now=NOON, limit=2)
    assert ([row["subject"] for row in page.rows], page.total, page.next) == (["c3", "c2"], 3, [2])
    page = findings_page(store, now=NOON, limit=2, after=page.next)
    assert ([row["subject"] for row in page.rows], page.total, page.next) == (["c1"], 3, None)


@ON_BOTH
def test_an_escalation_takes_the_place_of_what_it_escalates(store: AnyStore) -> None:
    store.insert("findings", [finding(1), finding(2, type="escalated", level=3, finding="TL-02-b")], "t")
    (row,) = findings_page(store, now=NOON).rows
    assert (row["finding"], row["level"], row["state"]) == ("TL-02-b", 3, "in_force")


@ON_BOTH
def test_a_lifted_finding_says_why(store: AnyStore) -> None:
    lifted = finding(2, type="lifted", reason="corrected", cause="e9")
    store.insert("findings", [finding(1), lifted], "t")
    (row,) = findings_page(store, now=NOON).rows
    assert (row["state"], row["reason"], row["cause"]) == ("lifted", "corrected", "e9")
    assert findings_page(store, now=NOON, state="in_force").total == 0
    assert findings_page(store, now=NOON, state="lifted").total == 1


@ON_BOTH
def test_findings_as_they_were_known(store: AnyStore) -> None:
    rows = [finding(1, recorded=NOON), finding(2, type="lifted", recorded=NOON + HOUR)]
    store.insert("findings", rows, "t")
    assert findings_page(store, now=NOON, known_at=NOON - 1).total == 0
    assert findings_page(store, now=NOON, known_at=NOON).rows[0]["state"] == "in_force"
    assert findings_page(store, now=NOON, known_at=NOON + HOUR).rows[0]["state"] == "lifted"


@ON_BOTH
def test_findings_by_code_level_hall_and_case(store: AnyStore) -> None:
    rows = [
        finding(1),
        finding(2, subject="d", code="TL-03", level=3, hall="town", chain="TL-03|statutory|1"),
    ]
    store.insert("findings", rows, "t")
    for asked in ({"code": "TL-03"}, {"level": 3}, {"hall": "town"}, {"subject": "d"}):
        page = findings_page(store, now=NOON, **asked)
        assert ([row["subject"] for row in page.rows], page.total) == (["d"], 1), asked
