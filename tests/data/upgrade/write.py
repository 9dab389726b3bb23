"""Writes a small data folder with the code as it stands: `python -m tests.data.upgrade.write`, from the root.

The folder is `engine-N` beside this file, N being the version of the judging code, so that a later version can
show that it opens what this one wrote. Run it once for each version, just before the version is raised, and
commit what it wrote; it refuses to overwrite. The clock is moved by hand: the same code writes the same events,
issues and verdicts.
"""

import random
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from domain.events import Event
from domain.instants import DAY, HOUR, MINUTE
from domain.verdict import ENGINE_VERSION
from streams.journal import Journal
from streams.state import State
from streams.supervision import Supervision
from tests.unit.streams.histories import BEGIN, Hall, HandClock, base, event, item, open_hall

HERE = Path(__file__).parent
UNREAD = "unread"
"""A case whose last event was stored, and not judged any more: the process was killed between the two."""


def situations() -> Iterator[tuple[int, Event]]:
    """Cases that say what they are about by their number, each event with the instant at which it is sent."""

    def tell(
        subject: str, name: str, happened: int, sent: int | None = None, **data: object
    ) -> Iterator[tuple[int, Event]]:
        id = str(data.pop("id", f"{subject}/{name}/{happened}"))
        yield (happened + MINUTE if sent is None else sent), event(id, name, subject, happened, **data)

    def accepted(subject: str, happened: int = BEGIN, **data: object) -> Iterator[tuple[int, Event]]:
        return tell(
            subject, "case.accepted", happened, item="licence", hall="county", id=f"{subject}/a", **data
        )

    day = BEGIN + DAY
    yield from accepted("in-time")
    yield from tell("in-time", "case.completed", day, result="approved")
    yield from tell("in-time", "case.delivered", day + HOUR)
    yield from accepted("late")
    yield from tell("late", "case.completed", BEGIN + 7 * DAY)
    yield from accepted("overdue")
    yield from tell("received", "case.applied", BEGIN, item="licence", hall="county")
    yield from accepted("paused")
    yield from tell("paused", "case.suspended", day, kind="hearing", span="s", approver="李", notice_no="1",
                    basis="行政许可法", approved_limit="3 working_day")  # fmt: skip
    yield from accepted("paused-and-resumed")
    yield from tell("paused-and-resumed", "case.suspended", day, kind="hearing", span="s", approver="李",
                    notice_no="2", basis="行政许可法", approved_limit="3 working_day")  # fmt: skip
    yield from tell("paused-and-resumed", "case.resumed", BEGIN + 3 * DAY, kind="hearing", span="s")
    yield from accepted("unlawfully-paused")
    yield from tell("unlawfully-paused", "case.suspended", day, kind="other", span="s")
    yield from accepted("extended")
    yield from tell("extended", "case.extended", day, extension="x", limit="3 working_day",
                    approver_rank="organ_head", notice_no="3", reason="案情复杂")  # fmt: skip
    yield from accepted("known-late")
    yield from tell("known-late", "case.completed", day, sent=BEGIN + 8 * DAY)
    yield from accepted("corrected")
    yield from tell("corrected", "case.completed", BEGIN + 6 * DAY, id="corrected/c")
    yield from tell("corrected", "event.corrected", BEGIN + 9 * DAY, corrects={"id": "corrected/c"},
                    time="2026-03-03T02:00:00Z")  # fmt: skip
    yield from accepted("retracted")
    yield from tell("retracted", "case.completed", day, id="retracted/c")
    yield from tell(
        "retracted", "event.retracted", BEGIN + 9 * DAY, retracts={"id": "retracted/c"}, reason="误录"
    )
    yield from accepted("voided")
    yield from tell("voided", "case.voided", BEGIN + 6 * DAY, reason="重复录入")
    yield from accepted("voided-after-completion")
    yield from tell("voided-after-completion", "case.completed", BEGIN + 6 * DAY)
    yield from tell("voided-after-completion", "case.voided", BEGIN + 7 * DAY, reason="重复录入")
    yield from accepted("reopened")
    yield from tell("reopened", "case.completed", day)
    yield from tell("reopened", "case.reopened", BEGIN + 4 * DAY, reason="补正")
    yield from accepted("reopened-and-closed")
    yield from tell("reopened-and-closed", "case.completed", BEGIN + 6 * DAY)
    yield from tell("reopened-and-closed", "case.reopened", BEGIN + 8 * DAY, reason="补正")
    yield from tell("reopened-and-closed", "case.completed", BEGIN + 9 * DAY)
    yield from accepted("twice-accepted")
    yield from accepted("twice-accepted", BEGIN + HOUR, window="2")
    yield from tell("impossible", "case.resumed", BEGIN, kind="hearing")
    yield from tell("impossible", "case.completed", BEGIN + HOUR)
    yield from accepted("impossible", BEGIN + 2 * HOUR)
    yield from tell("moved", "case.accepted", BEGIN, item="licence", hall="county")
    yield from tell("moved", "case.transferred", day, to_hall="village", reason="属地")
    yield from tell("pending", "case.accepted", BEGIN, item="unknown", hall="weixian")
    yield from tell("staged", "case.accepted", BEGIN, item="licence", hall="county")
    yield from tell("staged", "case.stage_started", BEGIN + HOUR, stage="review", limit="1 working_day")
    yield from tell("staged", "case.stage_completed", BEGIN + 3 * DAY, stage="review")
    yield from tell("staged", "case.stage_completed", BEGIN + 4 * DAY, stage="review")


def references() -> Iterator[tuple[int, Event]]:
    """What changes while it runs; one that nothing can be judged with becomes a dead letter."""
    yield BEGIN - HOUR, item(89, BEGIN - HOUR, "licence")
    yield BEGIN - HOUR, event("county", "hall.published", "county", BEGIN - HOUR, hall="county", title="县中心",
                              level="county", region="130533", calendar="cn", profile="statute")  # fmt: skip
    yield BEGIN, event("village", "hall.published", "village", BEGIN, hall="village", title="村", level="village",
                       region="130533", parent="county", calendar="market", profile="statute")  # fmt: skip
    yield BEGIN, event("market", "calendar.published", "market", BEGIN, calendar="market", extends="cn",
                       week={"fri": "closed"})  # fmt: skip
    closed = {"2026-03-05": "closed"}
    yield BEGIN + 2 * DAY, event("cn-2", "calendar.published", "cn", BEGIN, calendar="cn", zone="Asia/Shanghai",
                                 week={"mon-fri": ["09:00-12:00", "13:00-17:00"]}, holidays="cn-state-council",
                                 effective_from="2026-01-01", days=closed)  # fmt: skip
    yield BEGIN + 5 * DAY, event("broken", "calendar.published", "broken", BEGIN, calendar="broken",
                                 zone="Asia/Nowhere", week={})  # fmt: skip
    yield (
        BEGIN + 10 * DAY,
        item(90, BEGIN, "licence", promised_limit="3 working_day", version="2", effective_from="2026-01-01"),
    )
    yield (
        BEGIN + 11 * DAY,
        event("county-2", "hall.published", "county", BEGIN + 11 * DAY, hall="county", title="县中心",
              level="county", region="130533", calendar="cn", profile="jiangsu-2013"),
    )  # fmt: skip


def write(folder: Path) -> dict[str, int]:
    """Write `folder`, which must not be there; how much of what lies in it."""
    folder.mkdir(parents=True)
    clock = HandClock(BEGIN - HOUR)
    journal, state = Journal(folder / "journal.db", clock), State(folder / "state.db")
    open_hall(journal)
    supervision = Supervision(journal, state, clock, base())
    draw, random_hall = random.Random(1), Hall(1, cases=14)
    waiting = sorted([*situations(), *references()], key=lambda one: one[0])
    end = BEGIN + 16 * DAY
    while clock.instant < end:
        clock.instant += draw.choice((MINUTE, HOUR, 2 * HOUR, 5 * HOUR))
        while waiting and waiting[0][0] <= clock.instant:
            clock.instant = max(clock.instant, waiting[0][0])
            journal.append([waiting.pop(0)[1]])
        journal.append(random_hall.batch(clock.instant))
        if draw.random() < 0.1:
            supervision = Supervision(journal, state, clock, base())
        while supervision.turn():
            pass
    journal.append([event("unread/a", "case.accepted", UNREAD, clock.instant, item="licence", hall="county")])
    while supervision.turn():
        pass
    clock.instant += DAY
    journal.append([event("unread/c", "case.completed", UNREAD, clock.instant)])
    counts = {
        "events": journal.end(), "subjects": len(state.verdicts(0, 10_000)), "open": state.open_subjects(),
        "issues": len(state.issues(0, 10_000)), "dead letters": len(state.dead_letters()),
        "lag": supervision.lag(),
    }  # fmt: skip
    journal.close()
    state.close()
    for name in ("journal.db", "state.db"):
        _compact(folder / name)
    return counts


def _compact(path: Path) -> None:
    """One small file, with no write-ahead log beside it. It is opened in WAL mode again."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("VACUUM")
    connection.close()


if __name__ == "__main__":
    target = HERE / f"engine-{ENGINE_VERSION}"
    if target.exists():
        sys.exit(f"{target}: is there already; expected to write the first folder of engine {ENGINE_VERSION}")
    print(target.name, *(f"{count} {name}" for name, count in write(target).items()), sep=", ")
