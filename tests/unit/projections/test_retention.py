"""How long the read store keeps what: payloads and findings go after their days, everything else stays."""

import pytest

from projections.retention import Retention, keep
from projections.rows import Row
from projections.tables import exchange, make_copies
from tests.support.engines import ON_BOTH, AnyStore
from tests.unit.projections.making import event_rows
from tests.unit.projections.test_queries import finding

LONG_AGO = 1_000_000_000_000_000  # 2001
LATER = 10**15 * 3  # 2065


def filled(store: AnyStore) -> None:
    events: list[Row] = [
        {**row, "position": number + 1, "recorded": LONG_AGO if number < 3 else LATER, "data": "{}"}
        for number, row in enumerate(event_rows(1, 6))
    ]
    store.insert("events", events[:3], "old")
    store.insert("events", events[3:], "new")
    store.insert("findings", [finding(1, recorded=LONG_AGO)], "old")
    store.insert("findings", [finding(2, recorded=LATER)], "new")


def left(store: AnyStore) -> tuple[object, ...]:
    for table in ("events", "findings"):
        store.execute(f"OPTIMIZE TABLE {table} FINAL")
    (payloads,) = store.execute("SELECT countIf(data != ''), count() FROM events")
    (findings,) = store.execute("SELECT count() FROM findings")
    return (*payloads, *findings)


@ON_BOTH
def test_nothing_goes_unless_it_was_asked_for(store: AnyStore) -> None:
    assert keep(store, Retention()) == []
    filled(store)
    assert left(store) == (6, 6, 2)


@ON_BOTH
def test_payloads_and_findings_go_after_their_days_and_rows_of_events_stay(store: AnyStore) -> None:
    assert len(keep(store, Retention(payloads=400, findings=800))) == 2
    assert keep(store, Retention(payloads=400, findings=800)) == []
    filled(store)
    assert left(store) == (3, 6, 1)


@ON_BOTH
def test_days_can_be_changed_and_taken_back(store: AnyStore) -> None:
    keep(store, Retention(payloads=400, findings=800))
    assert len(keep(store, Retention(payloads=500, findings=800))) == 1
    assert len(keep(store, Retention())) == 2
    filled(store)
    assert left(store) == (6, 6, 2)


def test_a_rebuilt_table_keeps_as_the_one_before(store: AnyStore) -> None:
    wanted = Retention(payloads=400, findings=800)
    keep(store, wanted)
    make_copies(store, ("events", "findings"))
    exchange(store, ("events", "findings"))
    assert keep(store, wanted) == []


@pytest.mark.parametrize("days", [1, 399])
def test_less_than_a_year_of_figures_is_refused(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    from sundial.settings import BadSettings, load_settings

    monkeypatch.setenv("SUNDIAL_STORE_KEEP_FINDINGS_DAYS", str(days))
    with pytest.raises(BadSettings, match="at least 400 days"):
        load_settings()
