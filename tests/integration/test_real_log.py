"""A whole log through a whole Sundial: wall, findings, metrics, cases and the pure judge say the same of it.

What is expected is counted off the log itself, by another XML reader and in plain words; for the real log it is
also written down here.
"""

import gzip
import json
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from domain.events import Event, decode_event, event_document
from domain.instants import format_instant, parse_instant
from domain.judge import judge
from domain.reference import Reference
from streams.clock import ClockSetting, SettingClock
from streams.journal import Journal
from streams.state import State
from sundial.shipped import holiday_sets
from tests.integration.api.serving import Server
from tests.support.commands import ROOT

SAMPLE = ROOT / "tests" / "data" / "sample.xes"
REAL = ROOT.parent / "shared" / "data" / "coselog-receipt" / "receipt.xes.gz"
OFFICE = ZoneInfo("Europe/Amsterdam")
ASKED_OF_THE_COMMAND = 60
"""So many cases are also judged by the command; it reads every event as YAML."""
LAGS = ("sundial_supervisor_lag_events", "sundial_projection_lag_events", "sundial_projection_lag_verdicts")

LOGS = [
    pytest.param(SAMPLE, id="sample"),
    pytest.param(
        REAL,
        id="real",
        marks=[
            pytest.mark.skipif(not REAL.exists(), reason="the real log is not here; see docs/import-xes.md"),
            pytest.mark.timeout(400),
        ],
    ),
]
pytestmark = pytest.mark.e2e


class Counted(NamedTuple):
    """What the log itself says, as at its last moment."""

    end: datetime
    cases: int
    closed: int
    late: int
    later_date: int
    open: int
    past: int


def counted(path: Path) -> Counted:
    """Closed cases with a deadline, ended after it, ended on a later local date; open ones, past it."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        log = ElementTree.parse(file).getroot()
    space = log.tag.partition("}")[0] + "}"
    cases: list[dict[str, datetime]] = []
    moments: list[datetime] = []
    for trace in log.iter(f"{space}trace"):
        dates = {
            one.get("key", ""): datetime.fromisoformat(one.get("value", ""))
            for one in trace.findall(f"{space}date")
        }
        cases.append(dates)
        moments += [date for key, date in dates.items() if key in ("startdate", "enddate")]
        moments += [
            datetime.fromisoformat(one.get("value", ""))
            for one in trace.iterfind(f"{space}event/{space}date[@key='time:timestamp']")
        ]
    end = max(moments)
    closed = [(one["enddate"], one["deadline"]) for one in cases if "enddate" in one and "deadline" in one]
    running = [one for one in cases if "enddate" not in one]
    return Counted(
        end,
        len(cases),
        len(closed),
        sum(ended > due for ended, due in closed),
        sum(ended.astimezone(OFFICE).date() > due.astimezone(OFFICE).date() for ended, due in closed),
        len(running),
        sum("deadline" in one and end > one["deadline"] for one in running),
    )


def test_the_real_log_is_the_one_that_is_spoken_of() -> None:
    if not REAL.exists():
        pytest.skip("the real log is not here; see docs/import-xes.md")
    told = counted(REAL)
    assert told[1:] == (1434, 1329, 377, 309, 105, 39)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start servers; all end with the test."""
    servers: list[Server] = []

    def start(data: Path, *options: str) -> Server:
        servers.append(Server(data, *options))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


def run(*arguments: str) -> str:
    """What a `sundial` command prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sundial", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def judged(server: Server) -> None:
    """Wait until everything is judged and carried to the read side."""

    def idle() -> bool:
        lines = [line.split() for line in server.http.get("/metrics").text.splitlines()]
        lags = [float(line[1]) for line in lines if line[0] in LAGS]
        assert len(lags) == len(LAGS)
        return not any(lags)

    server.until(idle, 240)

    def done() -> bool:
        """No case waits for an instant that has passed (no timer wakes while history is being imported)."""
        passed = instant(server.get("/v1/wall")["as_of"])
        waiting = (case["next_change"] for case in rows(server, "cases"))
        return not any(change is not None and instant(change) < passed for change in waiting)

    server.until(done, 60)


def rows(server: Server, what: str, **parameters: Any) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        page = server.get(f"/v1/{what}", limit=500, **parameters, **({"cursor": cursor} if cursor else {}))
        found += page[what]
        cursor = page["next"]
        if cursor is None:
            return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def local_date(text: str, zone: str) -> str:
    return instant(text).astimezone(ZoneInfo(zone)).date().isoformat()


def what_it_says(server: Server) -> Counted:
    """The same numbers from every side of the API; they must agree with each other."""
    cases = rows(server, "cases")
    (county,) = server.get("/v1/metrics/county")["rows"]
    (item,) = (
        row for row in server.get("/v1/metrics/item")["rows"] if row["key"]
    )  # "": told before acceptance
    halls = server.get("/v1/metrics/hall")["rows"]
    wall = server.get("/v1/wall")

    on_time = county["on_time_by_promise"]
    assert item["on_time_by_promise"] == on_time == wall["figures"]["on_time"]
    for part in ("numerator", "denominator"):
        assert sum(row["on_time_by_promise"][part] for row in halls) == on_time[part]
        assert sum(row["on_time"][part] for row in wall["halls"]) == on_time[part]
    late = on_time["denominator"] - on_time["numerator"]

    missed = {case["subject"] for case in cases if case["promise_state"] == "missed"}
    closed_late = {case["subject"] for case in cases if case["status"] == "completed"} & missed
    assert len(closed_late) == late
    assert missed == {case["subject"] for case in cases if case["level"] >= 2}
    assert missed == {case["subject"] for case in cases if case["overdue"]}
    assert county["overdue_rate"]["numerator"] == len(missed)

    assert {row["subject"] for row in rows(server, "findings", code="TL-02", state="in_force")} == missed
    in_force = {level: rows(server, "findings", level=level, state="in_force") for level in (1, 2, 3)}
    assert {row["subject"] for level in (2, 3) for row in in_force[level]} == missed
    assert {row["subject"] for row in in_force[1]} == {
        case["subject"] for case in cases if case["level"] == 1
    }
    newest = {row["finding"] for row in wall["findings"]}
    assert newest <= {row["finding"] for found in in_force.values() for row in found}

    open_cases = [case for case in cases if case["open"]]
    figures = wall["figures"]
    assert figures["open"] == county["counts"]["open"] == sum(hall["open"] for hall in wall["halls"])
    assert figures["open"] == len(open_cases)
    past = figures["yellow"] + figures["red"]
    assert past == sum(hall["overdue"] for hall in wall["halls"]) == len(missed - closed_late)
    assert figures["due_soon"] == sum(case["level"] == 1 for case in open_cases)
    later = [
        case
        for case in cases
        if case["status"] == "completed"
        and case["promise_due"]
        and local_date(case["completed"], case["zone"]) > local_date(case["promise_due"], case["zone"])
    ]
    return Counted(
        datetime.fromisoformat(wall["last_event"]), len(cases), on_time["denominator"], late, len(later),
        len(open_cases), past,
    )  # fmt: skip


def histories(folder: Path) -> tuple[dict[str, list[Event]], Reference]:
    """The events of every case as the journal of a folder holds them, and its reference data."""
    journal = Journal(folder / "journal.db", SettingClock(ClockSetting()))
    cases: dict[str, list[Event]] = defaultdict(list)
    referring: list[Event] = []
    position = 0
    while records := journal.read(position, 5000):
        for record in records:
            event = decode_event(record.raw)
            (referring if record.is_reference else cases[event.subject]).append(event)
        position = records[-1].position
    journal.close()
    return cases, Reference(holiday_sets(), referring)


def saved_issues(folder: Path) -> dict[str, list[str]]:
    """What live supervision said, by case."""
    state = State(folder / "state.db")
    told: dict[str, list[str]] = defaultdict(list)
    seq = 0
    while issues := state.issues(seq, 5000):
        for one in issues:
            told[one.subject].append(json.loads(one.document)["id"])
        seq = issues[-1].seq
    state.close()
    return told


def verdicts_of_the_command(
    folder: Path, cases: dict[str, list[Event]], reference: list[Event], at: str
) -> list[Any]:
    """What `sundial judge` says of some cases, read from a scenario."""
    scenario = folder / "scenario.json"
    document = {
        "reference": [event_document(event) for event in reference],
        "events": [event_document(event) for history in cases.values() for event in history],
        "ask": [{"subject": subject, "at": at} for subject in cases],
    }
    scenario.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    answers: list[Any] = json.loads(run("judge", "--json", str(scenario)))["answers"]
    return answers


@pytest.mark.parametrize("path", LOGS)
def test_everything_says_the_same_of_a_log(path: Path, serve: Callable[..., Server], tmp_path: Path) -> None:
    expected = counted(path)
    end = format_instant(parse_instant(expected.end.isoformat()))
    data = tmp_path / "data"
    server = serve(data, "--clock", end)
    assert f"{expected.cases:,} cases" in run("import", "xes", str(path), "--data", str(data))
    judged(server)
    assert what_it_says(server) == expected

    before = rows(server, "cases"), rows(server, "findings"), server.get("/v1/wall")["position"]
    assert " 0 new" in run("import", "xes", str(path), "--data", str(data))
    judged(server)
    assert (rows(server, "cases"), rows(server, "findings"), server.get("/v1/wall")["position"]) == before

    some = [case["subject"] for case in before[0]][:: max(1, expected.cases // ASKED_OF_THE_COMMAND)]
    replayed = {
        subject: server.get(f"/v1/cases/{subject}", at=end, known_at=end)["verdict"] for subject in some
    }
    assert server.stop() == 0

    cases, reference = histories(data)
    told = saved_issues(data)
    at = parse_instant(end)
    verdicts = {
        subject: judge(history, reference, at, at, subject, ledger=False)
        for subject, history in cases.items()
    }
    for case in before[0]:
        verdict = verdicts[case["subject"]]
        promised = verdict["clocks"].get("promised", {"state": "", "due": None})
        assert (case["status"], case["promise_state"], case["promise_due"], case["level"]) == (
            verdict["status"],
            promised["state"],
            promised["due"],
            max((finding["level"] for finding in verdict["findings"]), default=0),
        )
    in_force = {row["finding"] for row in before[1] if row["state"] == "in_force"}
    assert in_force == {finding["id"] for verdict in verdicts.values() for finding in verdict["findings"]}
    issued = {subject: [one["id"] for one in verdict["issued"]] for subject, verdict in verdicts.items()}
    assert {subject: ids for subject, ids in issued.items() if ids} == told

    referring = [event for event in reference.events if event.source.startswith("xes:")]
    commanded = verdicts_of_the_command(
        tmp_path, {subject: cases[subject] for subject in some}, referring, end
    )
    for answer in commanded:
        subject = answer["subject"]
        assert answer["digest"] == replayed[subject]["digest"] == verdicts[subject]["digest"], subject


@pytest.mark.parametrize("path", LOGS)
def test_a_log_imported_while_nothing_runs(path: Path, serve: Callable[..., Server], tmp_path: Path) -> None:
    expected = counted(path)
    data = tmp_path / "data"
    run("import", "xes", str(path), "--data", str(data))
    assert " 0 new" in run("import", "xes", str(path), "--data", str(data))
    server = serve(data, "--clock", expected.end.isoformat())
    judged(server)
    assert what_it_says(server) == expected
    assert server.stop() == 0
