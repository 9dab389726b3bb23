"""`sundial dead-letters`: what could not be judged, why, and judging it again once the cause is mended."""

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from streams.ports import DeadLetterRow
    from streams.state import State

DataOption = Annotated[Path | None, typer.Option("--data", help="The data folder; default: the settings'.")]


class _Refused(Exception):
    """It cannot be done; the message says what stands in the way."""


_HELP = """Events and timers that could not be judged.

Example: sundial dead-letters list --data data/demo
"""


def register(app: typer.Typer) -> None:
    """Add `sundial dead-letters list|replay`."""
    group = typer.Typer(
        help=_HELP,
        no_args_is_help=True,
    )
    group.command("list")(list_)
    group.command("replay")(replay)
    app.add_typer(group, name="dead-letters")


def list_(
    data: DataOption = None,
    replayed: Annotated[bool, typer.Option("--replayed", help="Also those that were judged since.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List dead letters with their causes. Works beside a running server.

    Example: sundial dead-letters list --data data/demo --json
    """
    rows: Sequence[DeadLetterRow] = []
    with ExitStack() as opened:
        state = _state(_folder(data), opened)
        if state is not None:
            rows = state.dead_letters(replayed=replayed)
    if as_json:
        import json

        print(json.dumps([_document(row) for row in rows], ensure_ascii=False, indent=2))
        return
    if not rows:
        print("No dead letters.")
        return
    _table(rows)


def _state(folder: Path, opened: ExitStack) -> "State | None":
    """That of one process, or of a copy of what is in Kafka; None where there is none yet. `opened` closes it."""
    from sundial.data_folder import DataFolder

    own = DataFolder(folder)
    if (own.mirror / "state.db").exists():
        from streams.cluster.mirror.log import MirrorLog
        from streams.cluster.mirror.state import MirrorState

        log = MirrorLog(own.mirror / "log.db", 0)
        opened.callback(log.close)
        mirrored = MirrorState(own.mirror / "state.db", 0, log)  # letters are read whatever the partitions
        opened.callback(mirrored.close)
        return mirrored
    if own.state.exists():
        from streams.state import State

        state = State(own.state)
        opened.callback(state.close)
        return state
    return None


def replay(
    numbers: Annotated[list[int] | None, typer.Argument(help="Numbers that `list` shows.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that are left.")] = False,
    data: DataOption = None,
) -> None:
    """Judge dead letters again, each in its place in the log. Exit 1 if any fails still.

    Example: sundial dead-letters replay --all --data data/demo
    """
    if bool(numbers) == everything:
        raise typer.BadParameter("expected either numbers or --all")
    from streams.clock import ClockError
    from streams.folder import FolderInUse

    try:
        tried, failed = _replay(_folder(data), None if everything else numbers)
    except (ClockError, FolderInUse, _Refused) as error:
        print(f"sundial dead-letters: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    print(f"{tried - len(failed)} of {tried} judged.")
    if failed:
        print(f"Still not: {', '.join(map(str, failed))}; see `sundial dead-letters list`.")
        raise typer.Exit(1)


def _replay(folder: Path, numbers: list[int] | None) -> tuple[int, list[int]]:
    """How many were tried, and which fail still; through the server where one runs."""
    from domain.reference import Reference
    from streams.embedded import Embedded
    from streams.folder import owner_of
    from sundial.data_folder import DataFolder
    from sundial.shipped import holiday_sets

    owner = owner_of(folder)
    if owner is not None and owner.address is not None:
        return _ask(owner.address, numbers)
    if DataFolder(folder).mirror.is_dir():
        raise _Refused(
            f"{folder} holds a copy of what is in Kafka; expected a running `sundial api` there, "
            "which asks the workers to judge again"
        )
    embedded = Embedded(folder, Reference(holiday_sets()))
    try:
        known = [row.number for row in embedded.dead_letters()]
        wanted = known if numbers is None else numbers
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise _Refused(f"no dead letter {', '.join(map(str, unknown))} is left to be judged")
        return len(wanted), [row.number for row in embedded.supervisor.replay(wanted)]
    finally:
        embedded.close()


def _ask(address: str, numbers: list[int] | None) -> tuple[int, list[int]]:
    import httpx

    try:
        answer = httpx.post(
            f"{address}/v1/dead-letters/replay", json={"numbers": numbers}, timeout=90, trust_env=False
        )
    except httpx.HTTPError as error:
        raise _Refused(f"the server at {address} does not answer: {error}") from None
    if answer.status_code != 200:
        raise _Refused(_why(answer.text) or f"the server at {address} answers {answer.status_code}")
    document = answer.json()
    return int(document["tried"]), [int(number) for number in document["failed"]]


def _why(body: str) -> str | None:
    """What a problem document says."""
    import json

    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return None


def _document(row: "DeadLetterRow") -> dict[str, Any]:
    from domain.instants import format_instant

    letter = row.letter
    return {
        "number": row.number,
        "position": letter.position,
        "subject": letter.subject,
        "kind": letter.kind,
        "cause": letter.cause,
        "at": format_instant(letter.at),
        "replayed_at": None if row.replayed_at is None else format_instant(row.replayed_at),
    }


def _table(rows: Sequence["DeadLetterRow"]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("number", "position", "subject", "failed", "at", "cause")
    for row in rows:
        one = _document(row)
        position = "" if one["position"] is None else str(one["position"])
        at = one["at"] if one["replayed_at"] is None else f"{one['at']}\njudged {one['replayed_at']}"
        table.add_row(str(row.number), position, one["subject"], one["kind"], at, one["cause"])
    Console().print(table)


def _folder(data: Path | None) -> Path:
    from sundial.data_folder import DataFolder, FolderUnusable
    from sundial.settings import BadSettings, load_settings

    try:
        folder = DataFolder.make(load_settings(data=data).data)
        if folder.outbox.exists() or (folder.path / "partitions").exists():
            raise FolderUnusable(
                f"{folder.path} belongs to an outbox or a worker, and does not tell what all of them could not judge; "
                "expected the folder of `sundial sink` or `sundial api`"
            )
        return folder.path
    except (BadSettings, FolderUnusable) as error:
        print(f"sundial dead-letters: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
