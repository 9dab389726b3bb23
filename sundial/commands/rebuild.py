"""`sundial rebuild`: the read store made anew from the journal, compared, and put in place."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from projections.rebuild import Progress, Report
    from streams.cluster.mirror.log import MirrorLog
    from streams.journal import Journal
    from streams.state import State
    from sundial.data_folder import DataFolder
    from sundial.settings import Settings


class _Refused(Exception):
    """It cannot be done; the message says what stands in the way."""


def register(app: typer.Typer) -> None:
    """Add `sundial rebuild`."""
    app.command("rebuild")(rebuild)


def rebuild(
    data: Annotated[Path | None, typer.Option(help="The data folder; default: the settings'.")] = None,
    from_kafka: Annotated[
        bool,
        typer.Option("--from-kafka", help="Read history from Kafka anew, beside a sink or in its folder."),
    ] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, max=64, help="Of --from-kafka: how many judge. [all cores]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Make the read store anew from the journal. Works beside a running server; may be interrupted at any time.

    Every case is judged from its beginning and compared with what the supervisor saved. Where they differ nothing
    is exchanged, the cases are named, and the exit code is 1.

    With --from-kafka --data is a sink's folder; what was read and judged is kept when it is stopped, and it goes on
    from there when it is begun again.

    Example: sundial rebuild --data data/demo
    """
    from projections.rebuild import Cancelled
    from projections.sink import AheadOfSource
    from projections.statements import StoreError
    from streams.clock import ClockError
    from streams.cluster.administration import KafkaUnusable
    from streams.database import WrongVersion
    from streams.folder import FolderInUse
    from sundial.data_folder import DataFolder, FolderUnusable, folder_with_journal
    from sundial.settings import load_settings
    from sundial.startup import CannotBegin

    if processes is not None and not from_kafka:
        raise typer.BadParameter("--processes: expected --from-kafka beside it")
    many = (processes or os.cpu_count() or 1) if from_kafka else None
    try:
        settings = load_settings(data=data)
        if not DataFolder(settings.data).mirror.is_dir():
            settings = load_settings(data=folder_with_journal(data))
        with _progress() as progress:
            report = _rebuild(settings, many, progress)
    except (Cancelled, KeyboardInterrupt):
        kept = "; begun again it goes on from there" if from_kafka else ""
        print(f"sundial rebuild: stopped; the read store is as it was{kept}", file=sys.stderr)
        raise typer.Exit(130) from None
    except (
        AheadOfSource,
        ClockError,
        FolderInUse,
        FolderUnusable,
        KafkaUnusable,
        CannotBegin,
        StoreError,
        WrongVersion,
        _Refused,
    ) as error:
        print(f"sundial rebuild: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        import msgspec

        print(msgspec.json.encode(report).decode())
    else:
        _tell(report)
    if report.different:
        raise typer.Exit(1)


def _rebuild(settings: "Settings", processes: int | None, progress: "Progress") -> "Report":
    """Through the server where one runs, else here."""
    from streams.folder import FolderInUse, owner_of

    owner = owner_of(settings.data)
    if owner is None:
        return _here(settings, processes, progress)
    if owner.address is None:
        raise FolderInUse(settings.data, owner)
    return _ask(owner.address, processes, progress)


def _here(settings: "Settings", processes: int | None, progress: "Progress") -> "Report":
    from domain.reference import Reference
    from projections.rebuild import rebuild
    from streams.folder import FolderLock
    from sundial.data_folder import DataFolder
    from sundial.read_store import open_read_store
    from sundial.shipped import holiday_sets

    folder = DataFolder(settings.data)
    with ExitStack() as opened:
        lock = FolderLock(folder.path)
        opened.callback(lock.release)
        if processes is not None:
            return _from_kafka(settings, folder, processes, progress)
        log, state = _log_and_state(settings, folder)
        opened.callback(log.close)
        opened.callback(state.close)
        store = open_read_store(settings, folder, opened)
        base, stop = Reference(holiday_sets()), threading.Event()
        return rebuild(log, state, store, base, live=None, progress=progress, stop=stop)
    raise AssertionError("unreachable")


def _from_kafka(settings: "Settings", folder: "DataFolder", processes: int, progress: "Progress") -> "Report":
    from sundial.rebuilding import stored
    from sundial.startup import check_topics

    check_topics(settings)
    stop = threading.Event()
    handled = signal.signal(
        signal.SIGINT, lambda *_: stop.set()
    )  # the parts that are under way are ended first
    try:
        return stored(settings, folder, processes, progress, stop)
    finally:
        signal.signal(signal.SIGINT, handled)


def _log_and_state(settings: "Settings", folder: "DataFolder") -> tuple["Journal | MirrorLog", "State"]:
    """Those of the one process, or of a sink's copy of what is in Kafka."""
    if folder.mirror.is_dir():
        from streams.cluster.mirror.log import MirrorLog
        from streams.cluster.mirror.state import MirrorState

        log = MirrorLog(folder.mirror / "log.db", settings.kafka_partitions)
        return log, MirrorState(folder.mirror / "state.db", settings.kafka_partitions, log)
    from streams.clock import ClockSetting, SettingClock
    from streams.journal import Journal
    from streams.state import State

    return Journal(folder.journal, SettingClock(ClockSetting())), State(folder.state)


def _ask(address: str, processes: int | None, progress: "Progress") -> "Report":
    """Ask the server: it answers one line of JSON for each step, and the report in the last."""
    import httpx
    import msgspec

    from projections.rebuild import Report

    try:
        asked = {} if processes is None else {"processes": processes}
        url = f"{address}/v1/rebuild"
        with httpx.stream("POST", url, params=asked, timeout=300, trust_env=False) as answer:
            if answer.status_code != 200:
                answer.read()
                raise _Refused(f"the server at {address} answers {answer.status_code}: {answer.text[:300]}")
            for line in answer.iter_lines():
                step = msgspec.json.decode(line)
                if "report" in step:
                    return msgspec.convert(step["report"], Report)
                if "error" in step:
                    raise _Refused(f"the server at {address}: {step['error']}")
                progress(step["phase"], step["done"], step["whole"])
    except httpx.HTTPError as error:
        raise _Refused(f"the server at {address} does not answer: {error}") from None
    raise _Refused(f"the server at {address} broke off; the read store is as it was")


@contextmanager
def _progress() -> Iterator["Progress"]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:8}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        tasks: dict[str, TaskID] = {}

        def tell(phase: str, done: int, whole: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(phase.capitalize(), total=None)
            bar.update(tasks[phase], completed=done, total=whole)

        yield tell


def _tell(report: "Report") -> None:
    print(
        f"{report.events:,} events, {report.cases:,} cases and {report.others:,} halls, windows, items, receipts and "
        "ledger sheets judged from their beginning, "
        f"{report.findings:,} entries of findings."
    )
    for table, live, rebuilt in report.tables:
        print(f"  {table:14} {live:>10,} rows before, {rebuilt:>10,} now")
    if report.reissued:
        print(f"{report.reissued:,} were judged anew in their time; what was issued then stands.")
    if report.older:
        print(f"{report.older:,} were last judged by an earlier engine, and not compared.")
    if not report.different:
        print(f"Every digest is equal; {report.healed:,} cases were mended. The rebuilt tables are in place.")
        return
    print(f"{report.different:,} differences; the read store is as it was:")
    for subject, what in report.differences:
        print(f"  {subject}: {what}")
