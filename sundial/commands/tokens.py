"""`sundial tokens`: a token per source for those who speak or read from beyond this machine."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from api.auth import Tokens

DataOption = Annotated[Path | None, typer.Option("--data", help="The data folder; default: the settings'.")]


_HELP = """Tokens of sources and readers beyond this machine.

Example: sundial tokens list --data data/demo
"""


def register(app: typer.Typer) -> None:
    """Add `sundial tokens add|list|revoke`."""
    tokens = typer.Typer(
        help=_HELP,
        no_args_is_help=True,
    )
    tokens.command("add")(add)
    tokens.command("list")(list_)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens, name="tokens")


def add(
    source: Annotated[
        str, typer.Option(help="The only CloudEvents source it may speak as; for a reader, its name.")
    ],
    hall: Annotated[
        list[str] | None, typer.Option(help="A hall it may speak for; may be given again.")
    ] = None,
    all_halls: Annotated[bool, typer.Option("--all-halls", help="It may speak for every hall.")] = False,
    read: Annotated[
        bool, typer.Option("--read", help="It may read cases, findings, metrics and the wall.")
    ] = False,
    reference: Annotated[
        bool, typer.Option("--reference", help="It may publish calendars, items, halls, profiles, and order.")
    ] = False,
    history: Annotated[
        bool, typer.Option("--import", help="It may import history with recorded times.")
    ] = False,
    data: DataOption = None,
) -> None:
    """Make a token. It is shown once; only its SHA-256 is kept.

    Example: sundial tokens add --source hall/weixian --hall weixian --read --data data/demo
    """
    write = bool(hall) or all_halls
    permissions = [
        name
        for name, given in (("write", write), ("read", read), ("reference", reference), ("import", history))
        if given
    ]
    if hall and all_halls:
        raise typer.BadParameter("expected either --hall or --all-halls")
    if (reference or history) and not write:
        raise typer.BadParameter("expected --hall or --all-halls beside --reference and --import")
    if not permissions:
        raise typer.BadParameter("expected what it may do: --hall, --all-halls or --read")
    from streams.clock import machine_time

    with _opened(data) as table:
        identifier, token = table.add(source, None if all_halls else hall or [], permissions, machine_time())
    print(
        f"Token {identifier} for {source}, to {', '.join(permissions)}"
        f"{'' if all_halls or not hall else ' for ' + ', '.join(hall)}:"
    )
    print(token)
    print("It is shown this once. Send it as `Authorization: Bearer <token>`.")


def list_(data: DataOption = None) -> None:
    """List tokens; the tokens themselves are not kept.

    Example: sundial tokens list --data data/demo
    """
    from domain.instants import format_instant

    table = Table("id", "source", "halls", "may", "made", "revoked")
    with _opened(data) as tokens:
        for row in tokens.rows():
            table.add_row(
                row.id,
                row.source,
                "all" if row.halls is None else ", ".join(row.halls),
                ", ".join(row.permissions),
                format_instant(row.created // 1_000_000 * 1_000_000),
                format_instant(row.revoked // 1_000_000 * 1_000_000) if row.revoked else "",
            )
    Console().print(table)


def revoke(
    identifier: Annotated[str, typer.Argument(help="The id that `add` and `list` show.")],
    data: DataOption = None,
) -> None:
    """Take a token back; a running server refuses it from its next request on.

    Example: sundial tokens revoke t-1 --data data/demo
    """
    from streams.clock import machine_time

    with _opened(data) as tokens:
        if not tokens.revoke(identifier, machine_time()):
            print(f"sundial tokens: there is no live token {identifier!r}; see `sundial tokens list`")
            raise typer.Exit(1)
    print(f"Token {identifier} is revoked.")


def _opened(data: Path | None) -> "Tokens":
    from sundial.data_folder import DataFolder, FolderUnusable
    from sundial.settings import BadSettings, load_settings

    try:
        folder = DataFolder.make(load_settings(data=data).data)
    except (BadSettings, FolderUnusable) as error:
        typer.echo(f"sundial tokens: {error}", err=True)
        raise typer.Exit(2) from None
    from api.auth import Tokens

    return Tokens(folder.tokens)
