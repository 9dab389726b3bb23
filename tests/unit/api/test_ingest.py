"""Taking events: one result per item, the good ones kept, nothing accepted that is not on disk."""

import asyncio
import dataclasses
import threading
from pathlib import Path
from typing import Any

import pytest

from api.auth import LOOPBACK, Grant
from api.health import readyz
from api.identity import Identities
from api.ingest import take
from api.problems import Problem
from api.services import Limits, Services
from api.speaking import Speaker, holders
from domain.events import decode_event
from domain.instants import parse_instant
from streams.journal import Journal
from streams.ports import LogError
from tests.unit.api.hall_a import HALL_A, accepted

NOW = parse_instant("2026-03-02T12:00:00+08:00")


class StandingClock:
    """A clock that stands where it is put."""

    def now(self) -> int:
        return NOW

    def sleep_until(self, instant: int | None, interrupted: threading.Event) -> None:
        interrupted.wait()


@pytest.fixture
def services(tmp_path: Path) -> Services:
    clock = StandingClock()
    log = Journal(tmp_path / "journal.db", clock)
    return Services(
        log=log,
        holders=lambda subject: holders(log, subject),
        clock=clock,
        signals=None,  # type: ignore[arg-type]
        identities=Identities(tmp_path / "people.db", bytes(32)),
        limits=Limits(),
        store=None,
        tokens=None,
        rate=None,
        reference=None,
        said=None,  # type: ignore[arg-type]
        wall=None,
        version=None,  # type: ignore[arg-type]
        probes={},
        degraded={},
        readings=dict,
        web=tmp_path,
        pasts=None,  # type: ignore[arg-type]
        dead_letters=None,  # type: ignore[arg-type]
        replay_dead_letters=None,  # type: ignore[arg-type]
        zone="Asia/Shanghai",
    )


def sent(
    services: Services, *items: Any, grant: Grant = LOOPBACK, importing: bool = False
) -> list[dict[str, Any]]:
    return take(services, grant, items, importing=importing)


def test_a_good_event_is_in_the_log_as_it_was_sent(services: Services) -> None:
    [result] = sent(
        services, accepted(vendorfield="x", data={"item": "permit", "hall": "a", "odd": {"1": [None]}})
    )
    assert result == {"id": "e1", "source": "hall-a", "status": "accepted", "position": 1, "reason": None}
    [record] = services.log.history("c-1")
    event = decode_event(record.raw)
    assert event.data == {"item": "permit", "hall": "a", "odd": {"1": [None]}}
    assert event.extra["vendorfield"] == "x"
    assert event.received == NOW
    assert event.recorded == NOW


def test_the_same_event_twice_is_one(services: Services) -> None:
    sent(services, accepted())
    [again] = sent(services, accepted(time="2026-03-02T02:00:00Z"))
    assert (again["status"], again["position"]) == ("duplicate", 1)
    assert len(services.log.history("c-1")) == 1


def test_a_person_is_the_same_event_twice_too(services: Services) -> None:
    data = {"item": "permit", "hall": "a", "applicant_name": "王伟", "id_number": "11010519491231002X"}
    assert [sent(services, accepted(data=data))[0]["status"] for _ in range(2)] == ["accepted", "duplicate"]
    raw = services.log.history("c-1")[0].raw
    assert "王伟".encode() not in raw
    assert b"11010519491231002X" not in raw
    ref = decode_event(raw).data["applicant_ref"]
    assert services.identities.person(ref) == {"name": "王伟", "id_number": "11010519491231002X"}


@pytest.mark.parametrize(
    ("kind", "data", "place"),
    [
        ("case.fee_collected", {"amount": "壹仟元"}, "data.amount"),
        ("case.fee_collected", {"amount": "1,000.00"}, "data.amount"),
        ("case.fee_collected", {"amount": 10, "quantity": "两份"}, "data.quantity"),
        ("case.fee_refunded", {"amount": [10]}, "data.amount"),
        ("agency.completed", {"fee": "免费"}, "data.fee"),
        ("case.appointment_booked", {"slot": "garbage"}, "data.slot"),
        (
            "case.appointment_booked",
            {"slot": {"start": "2026-03-02T16:50:00+08:00", "end": "2026-03-02T10:00:00+08:00"}},
            "data.slot",
        ),
        ("hall.expected", {"hall": "a", "from": "soon"}, "data.from"),
        ("case.applied", {"item": "permit", "hall": "a", "urgent": "true"}, "data.urgent"),
        ("case.transferred", {"to_hall": "a", "carrier": "申请人"}, "data.carrier"),
        ("window.published", {"hall": "a", "window": "3", "closed": "false"}, "data.closed"),
        ("ledger.entry_recorded", {"point": "a", "number": "1", "void": 0}, "data.void"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_its_place(
    services: Services, kind: str, data: dict[str, Any], place: str
) -> None:
    [result] = sent(services, accepted(type=kind, data=data))
    assert result["status"] == "refused"
    assert result["reason"]["place"] == place
    assert "expected" in result["reason"]["detail"]
    assert services.log.end() == 0


@pytest.mark.parametrize("amount", ["1000", "12.50", " 8 ", 12, 12.5, 0])
def test_plain_decimals_and_numbers_are_amounts(services: Services, amount: object) -> None:
    fee = accepted(type="case.fee_collected", data={"fee_item": "copy", "amount": amount})
    assert sent(services, fee)[0]["status"] == "accepted"


def test_bad_items_name_their_place_and_cost_the_good_ones_nothing(services: Services) -> None:
    results = sent(
        services,
        accepted(1),
        accepted(2, time="yesterday"),
        "no event",
        accepted(3, type="case.acepted"),
        accepted(4, data={"item": 5}),
        accepted(5, data={"materials": [{"phone": "138"}]}),
        accepted(6, id=""),
        accepted(7, specversion="0.3"),
        accepted(8, time=5),
        accepted(9, time="0001-01-01T00:00:00+08:00"),
        accepted(10),
    )
    assert [result["status"] for result in results] == ["accepted", *["refused"] * 9, "accepted"]
    places = [result["reason"]["place"] for result in results if result["reason"]]
    assert places == [
        "$[1].time",
        "$[2]",
        "$[3].type",
        "$[4].data.item",
        "$[5].data.materials[0].phone",
        "$[6].id",
        "$[7].specversion",
        "$[8].time",
        "$[9].time",
    ]
    for result in results[1:-1]:
        assert set(result["reason"]) == {"type", "title", "status", "detail", "place"}
    assert services.log.end() == 2


def test_a_field_of_the_envelope_may_not_name_a_citizen_either(services: Services) -> None:
    [result] = sent(services, accepted(phone="138"))
    assert result["reason"]["place"] == "phone"
    assert result["reason"]["type"].endswith("identity-in-event")


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"calendar": "x", "zone": "Mars/Olympus", "week": {}}, "data.zone"),
        ({"calendar": "x", "zone": "Asia/Shanghai", "week": {"mon": ["25:00-26:00"]}}, "data.week"),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(services: Services, data: dict[str, Any], place: str) -> None:
    [result] = sent(services, accepted(type="calendar.published", data=data))
    assert result["status"] == "refused"
    assert result["reason"]["place"].startswith(place)


def test_only_an_importer_states_recorded_times(services: Services) -> None:
    history = accepted(recordedtime="2011-01-03T09:00:00+01:00", time="2011-01-03T08:00:00+01:00")
    [refused] = sent(services, history)
    assert refused["reason"]["place"] == "recordedtime"
    assert refused["reason"]["type"].endswith("recorded-time-refused")
    [taken] = sent(services, history, importing=True)
    assert taken["status"] == "accepted"
    assert services.log.last_recorded() == parse_instant("2011-01-03T09:00:00+01:00")


def test_a_source_speaks_for_itself_and_its_own_halls(services: Services) -> None:
    results = sent(
        services,
        accepted(1),
        accepted(2, source="hall-b"),
        accepted(3, data={"item": "permit", "hall": "b"}),
        accepted(4, type="hall.published", data={"hall": "a", "title": "A", "level": "county"}),
        accepted(5, type="case.rejudged", data={"by": "me"}),
        accepted(6, type="event.retracted", data={"retracts": {"source": "hall-b", "id": "e1"}}),
        accepted(7, recordedtime="2026-03-02T10:00:00+08:00"),
        grant=HALL_A,
    )
    assert [(result["reason"] or {}).get("place") for result in results] == [
        None,
        "$[1].source",
        "$[2].data.hall",
        "$[3].type",
        "$[4].type",
        "$[5].data.retracts.source",
        "$[6].recordedtime",
    ]


def test_a_source_does_not_touch_the_case_of_another_hall(services: Services) -> None:
    done = {"type": "case.completed", "data": {"result": "approved"}}
    sent(services, accepted(1, source="hall-b", data={"item": "permit", "hall": "b"}), accepted(2))
    theirs, ours = sent(services, accepted(1, id="x", **done), accepted(2, id="y", **done), grant=HALL_A)
    assert (theirs["status"], theirs["reason"]["place"]) == ("refused", "$[0].subject")
    assert ours["status"] == "accepted"
    moved = {"type": "case.transferred", "data": {"from_hall": "b", "to_hall": "a"}}
    sent(services, accepted(1, id="moved", source="hall-b", **moved))
    assert sent(services, accepted(1, id="x", **done), grant=HALL_A)[0]["status"] == "accepted"


def test_a_speaker_looks_a_case_up_once(services: Services) -> None:
    sent(services, accepted(1))
    asked: list[str] = []

    def counting(subject: str) -> frozenset[str]:
        asked.append(subject)
        return services.holders(subject)

    speaker = Speaker(HALL_A, counting, importing=False)
    for number in range(5):
        speaker.check({**accepted(1), "id": f"x{number}"})
    assert asked == ["c-1"]


def test_a_log_that_cannot_be_written_is_a_503_and_nothing_is_accepted(services: Services) -> None:
    class FullDisk:
        def append(self, *_: Any) -> Any:
            raise LogError("the journal could not be written; nothing of this call is stored: disk full")

    with pytest.raises(Problem) as error:
        sent(dataclasses.replace(services, log=FullDisk()), accepted())  # type: ignore[arg-type]
    assert error.value.status == 503
    assert error.value.headers["Retry-After"] == "5"


def test_a_full_disk_is_a_503_also_where_only_the_identity_finds_no_room(services: Services) -> None:
    [[pages]] = services.identities._db.execute("PRAGMA page_count").fetchall()
    services.identities._db.execute(f"PRAGMA max_page_count = {pages}")
    people = [
        accepted(n, data={"item": "permit", "hall": "a", "applicant_name": "王伟" * 40}) for n in range(500)
    ]
    with pytest.raises(Problem, match="disk is full") as error:
        sent(services, *people)
    assert (error.value.status, services.log.end()) == (503, 0)
    [result] = sent(services, accepted())
    assert result["status"] == "accepted"


def test_history_before_the_logs_last_is_refused(services: Services) -> None:
    early = {"recordedtime": "2011-01-03T09:00:00+01:00", "time": "2011-01-03T08:00:00+01:00"}
    sent(services, accepted(1))
    with pytest.raises(Problem) as error:
        sent(services, accepted(2, **early), importing=True)
    assert (error.value.status, error.value.place) == (422, "recordedtime")


def test_with_the_read_store_away_a_load_balancer_goes_on_sending_events(services: Services) -> None:
    limping = dataclasses.replace(services, degraded={"read store": lambda: "it does not answer"})
    told = asyncio.run(readyz(limping))
    assert told == {"status": "degraded", "parts": {"read store": "it does not answer"}}


def test_without_a_supervisor_nobody_is_to_send(services: Services) -> None:
    broken = dataclasses.replace(services, probes={"supervisor": lambda: "it does not run"})
    with pytest.raises(Problem, match="supervisor: it does not run"):
        asyncio.run(readyz(broken))
