"""A folder that an earlier engine wrote, opened by this one: what it said stands, and the differences are issued."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import streams.run
import streams.subject
import streams.subjects
import streams.supervision
from api.replay import ReferenceReader, history_of, replay
from domain.fold import Issue
from domain.instants import DAY, HOUR, format_instant, parse_instant
from domain.verdict import ENGINE_VERSION
from streams.differences import in_force, issue_of
from streams.journal import Journal
from streams.supervision import Supervision
from tests.data.upgrade.write import UNREAD
from tests.oracle.supervised import Killed, MortalState
from tests.unit.streams.histories import HandClock, base, issued_live

FOLDERS = sorted((Path(__file__).parents[2] / "data" / "upgrade").glob("engine-*"))
Document = dict[str, Any]
Becomes = Callable[[str], None]


class Folder:
    """A copy of what an earlier engine wrote, under a clock that is moved by hand."""

    def __init__(self, written: Path, copy: Path, mortality: float = 0.0) -> None:
        shutil.copytree(written, copy)
        self.copy = copy
        self.mortality = mortality
        self.draw = random.Random(1)
        self.clock = HandClock(0)
        self.start()
        self.clock.instant = max(self.journal.last_recorded() or 0, self.state.judged_until())

    def start(self) -> None:
        self.journal = Journal(self.copy / "journal.db", self.clock)
        self.state = MortalState(self.copy / "state.db", self.draw, self.mortality)

    def run(self, most: int = 10_000) -> int:
        """Supervise, again after every kill; how often it was killed."""
        kills = 0
        supervision = None
        for _ in range(most):
            try:
                supervision = supervision or Supervision(self.journal, self.state, self.clock, base())
                if not supervision.turn():
                    break
            except Killed:
                kills += 1
                self.start()
                supervision = None
        return kills

    def said(self) -> list[tuple[str, Document]]:
        return list(issued_live(self.state))

    def engines(self) -> dict[str, tuple[str, bool]]:
        sql = "SELECT subject, engine, open FROM subjects"
        return {subject: (engine, bool(open)) for subject, engine, open in self.state._reader.rows(sql)}

    def change(self, sql: str, *parameters: object) -> None:
        """What the earlier engine would have kept, had it judged otherwise."""
        assert self.state._writer.execute(sql, parameters).rowcount == 1

    def seq(self, subject: str, code: str) -> int:
        """The last entry of that rule issued on a case."""
        return max(
            row.seq
            for row in self.state.issues_of(subject)
            if msgspec.json.decode(row.document)["code"] == code
        )


def in_force_of(said: list[tuple[str, Document]], subject: str) -> dict[tuple[object, ...], tuple[str, int]]:
    found = in_force([issue_of(document) for name, document in said if name == subject])
    return {key: (one.finding, one.occurred) for key, one in found.items()}


def short(entry: Document) -> tuple[str, str]:
    return entry["type"].partition(".")[2], entry["code"]


@pytest.fixture
def becomes(monkeypatch: pytest.MonkeyPatch) -> Becomes:
    """Give the judging code another version."""

    def become(version: str) -> None:
        for module in (streams.run, streams.subject, streams.subjects, streams.supervision):
            monkeypatch.setattr(module, "ENGINE_VERSION", version)

    return become


@pytest.fixture(params=FOLDERS, ids=[one.name for one in FOLDERS])
def written(request: pytest.FixtureRequest) -> Path:
    folder: Path = request.param
    return folder


@pytest.fixture
def later(written: Path, becomes: Becomes) -> str:
    """The present version, where it is not the one that wrote the folder; else the present code under another."""
    if written.name != f"engine-{ENGINE_VERSION}":
        return ENGINE_VERSION
    becomes("later")
    return "later"


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Folder:
    return Folder(written, tmp_path / "data")


@pytest.fixture
def brought(folder: Folder) -> Folder:
    """The folder as the code that stands here would have written it."""
    Supervision(folder.journal, folder.state, folder.clock, base())
    folder.state._writer.execute("UPDATE subjects SET engine = 'before'")
    folder.run()
    return folder


def test_the_folders_are_closed_files(written: Path) -> None:
    assert sorted(path.name for path in written.iterdir()) == ["journal.db", "state.db"]


def test_it_opens_and_every_open_case_is_judged_by_this_engine(folder: Folder, later: str) -> None:
    before = folder.engines()
    earlier = before["overdue"][0]
    assert later not in {engine for engine, _ in before.values()}
    letters = folder.state.dead_letters()
    folder.run()
    after = folder.engines()
    for subject, (_, was_open) in before.items():
        assert after[subject][0] == (later if was_open else earlier), subject
    assert folder.state.dead_letters() == letters
    assert folder.journal.end() == folder.state.position()


def test_what_is_in_force_afterwards_is_what_this_engine_computes(folder: Folder, later: str) -> None:
    before, closed = folder.said(), [name for name, (_, is_open) in folder.engines().items() if not is_open]
    judged = folder.state.judged_until()
    folder.run()
    assert folder.said()[: len(before)] == before
    known, now = ReferenceReader(folder.journal, base()).current(), folder.clock.instant
    for subject in folder.engines():
        if subject not in closed:
            verdict = replay(history_of(folder.journal, folder.state, subject), known, now, now, subject)
            computed = [(subject, entry) for entry in verdict["issued"]]
            assert in_force_of(folder.said(), subject) == in_force_of(computed, subject), subject
    for subject, entry in folder.said()[len(before) :]:
        assert subject not in closed
        fell_due_since = entry["cause"] is None and parse_instant(entry["occurred"]) >= judged
        assert fell_due_since or entry["cause"] == f"engine {later}" or entry["reason"] == "superseded"


def test_an_event_stored_and_not_judged_is_judged_by_this_engine(folder: Folder, later: str) -> None:
    """The process was killed between the two, and the folder was opened by a later version."""
    assert folder.journal.end() == folder.state.position() + 1
    folder.run()
    [document] = [row.document for row in folder.state.verdicts(0, 1000) if row.subject == UNREAD]
    verdict = msgspec.json.decode(document)
    assert verdict["status"] == "completed"
    assert folder.engines()[UNREAD][0] == later


def test_what_falls_due_while_the_upgrade_is_made_is_issued_with_its_own_instant(
    folder: Folder, later: str
) -> None:
    folder.run()
    count = len(folder.said())
    folder.clock.instant += 30 * DAY
    folder.run()
    due = [(name, entry) for name, entry in folder.said()[count:] if entry["cause"] is None]
    assert due
    assert all(
        entry["recorded"] == entry["occurred"] for _, entry in due if entry["type"] != "finding.lifted"
    )


def test_the_same_judging_issues_nothing(brought: Folder, becomes: Becomes) -> None:
    said, verdicts = brought.said(), brought.state.verdicts(0, 1000)
    becomes("the next")
    brought.run()
    assert brought.said() == said
    assert {engine for engine, is_open in brought.engines().values() if is_open} == {"the next"}
    digests = {row.subject: msgspec.json.decode(row.document)["digest"] for row in verdicts}
    for row in brought.state.verdicts(0, 1000):
        assert msgspec.json.decode(row.document)["digest"] == digests[row.subject]


def judged_otherwise(folder: Folder) -> None:
    """The earlier engine missed a card, gave one without ground, told one an hour late, and erred on closed cases."""
    folder.change("DELETE FROM issues WHERE seq = ?", folder.seq("overdue", "TL-03"))
    [raised] = [
        entry for name, entry in folder.said() if (name, entry["code"]) == ("unlawfully-paused", "TL-09")
    ]
    groundless = raised | {"id": "TL-10-groundless/raised/1", "finding": "TL-10-groundless", "code": "TL-10"}
    sql = "INSERT INTO issues (subject, document) VALUES (?, ?)"
    folder.change(sql, "unlawfully-paused", msgspec.json.encode(groundless))
    seq = folder.seq("moved", "TL-03")
    [late] = [msgspec.json.decode(row.document) for row in folder.state.issues_of("moved") if row.seq == seq]
    late["occurred"] = late["recorded"] = format_instant(parse_instant(late["occurred"]) + HOUR)
    folder.change("UPDATE issues SET document = ? WHERE seq = ?", msgspec.json.encode(late), seq)
    folder.change("DELETE FROM issues WHERE seq = ?", folder.seq("late", "TL-02"))
    folder.state._writer.execute("UPDATE subjects SET engine = 'before'")


DIFFERENCES = [
    ("moved", ("lifted", "TL-03")),
    ("moved", ("raised", "TL-03")),
    ("overdue", ("raised", "TL-03")),
    ("unlawfully-paused", ("lifted", "TL-10")),
]


def check_differences(folder: Folder, before: list[tuple[str, Document]], cause: str) -> None:
    assert folder.said()[: len(before)] == before
    new = folder.said()[len(before) :]
    assert sorted((subject, short(entry)) for subject, entry in new) == DIFFERENCES
    assert {entry["cause"] for _, entry in new} == {cause}
    assert {entry["reason"] for _, entry in new if entry["type"] == "finding.lifted"} == {"corrected"}
    assert all(parse_instant(entry["recorded"]) == folder.clock.instant for _, entry in new)
    ids = [entry["id"] for _, entry in folder.said()]
    assert len(ids) == len(set(ids))


def test_exactly_the_differences_are_issued_once_with_the_engine_as_cause(
    brought: Folder, becomes: Becomes
) -> None:
    judged_otherwise(brought)
    before = brought.said()
    becomes("the next")
    for _ in range(3):
        brought.run()
        check_differences(brought, before, "engine the next")
    kept = [msgspec.json.decode(row.document)["engine"] for row in brought.state.issues(0, 10_000)[-4:]]
    assert kept == ["the next"] * 4


@pytest.mark.parametrize("number", range(8))
def test_a_process_killed_in_the_middle_of_it_issues_them_once(
    number: int, brought: Folder, becomes: Becomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_otherwise(brought)
    before = brought.said()
    becomes("the next")
    monkeypatch.setattr(streams.supervision, "_SWEEP", 2)
    brought.draw, brought.mortality = random.Random(number), 0.4
    brought.start()
    assert brought.run() > 0
    brought.mortality = 0.0
    brought.start()
    brought.run()
    check_differences(brought, before, "engine the next")


def test_stopped_half_way_and_started_again_it_goes_on(
    brought: Folder, becomes: Becomes, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged_otherwise(brought)
    before = brought.said()
    becomes("the next")
    monkeypatch.setattr(streams.supervision, "_SWEEP", 5)
    brought.run(most=2)
    done = [engine for engine, is_open in brought.engines().values() if is_open]
    assert {"before", "the next"} == set(done)
    brought.run()
    check_differences(brought, before, "engine the next")


def test_one_upgrade_after_another_gives_no_id_twice(brought: Folder, becomes: Becomes) -> None:
    """Ordinals begin anew with each judging from the history; the revision, which goes on, keeps ids apart."""
    for number, version in enumerate(("the next", "the one after", "the last"), 1):
        seq = brought.seq("overdue", "TL-03")
        brought.change("DELETE FROM issues WHERE seq = ?", seq)
        becomes(version)
        brought.run()
        assert brought.state.load(["overdue"])["overdue"].revision == number
        brought.clock.instant += 3 * DAY
        brought.run()
    ids = [entry["id"] for _, entry in brought.said()]
    assert len(ids) == len(set(ids))


def test_an_issue_of_the_earlier_engine_says_nothing_of_its_engine_and_can_be_read(folder: Folder) -> None:
    for row in folder.state.issues(0, 10_000):
        assert isinstance(issue_of(msgspec.json.decode(row.document)), Issue)
