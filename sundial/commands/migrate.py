"""`sundial migrate`: the tables of a read store on a ClickHouse server, made and brought up to date."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sundial.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `sundial migrate`."""
    app.command("migrate")(migrate)


def migrate(
    show: Annotated[
        bool, typer.Option("--print", help="Print all statements in place of running them.")
    ] = False,
    cluster: Annotated[
        str | None,
        typer.Option(help="Make replicated tables on this cluster of the server; '{cluster}': its macro."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What was run, as JSON.")] = False,
) -> None:
    """Bring the tables of the ClickHouse server up to this version; its database is made if it is not there.

    Which server: the settings `store` and `store_password_file`. How long it keeps what: `store_keep_...`.
    The library's own tables need no command.

    Example:

        SUNDIAL_STORE=clickhouse://sundial@ch1:9000/sundial sundial migrate --cluster '{cluster}'

    Exit code 2: the server does not answer, refuses, or holds tables of a later version.
    """
    from projections.statements import StoreError
    from sundial.settings import BadSettings, load_settings

    try:
        settings = load_settings(store_cluster=cluster)
        if show:
            for statement in _statements(settings.store_cluster):
                print(f"{statement};\n")
            return
        ran = _migrate(settings)
    except (BadSettings, StoreError) as error:
        print(f"sundial migrate: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        import msgspec

        print(msgspec.json.encode({"ran": ran}).decode())
    else:
        print(f"Ran {', '.join(ran)}." if ran else "Nothing to do: the tables are those of this version.")


def _statements(cluster: str) -> list[str]:
    from projections.replicated import replicated
    from projections.schema import statements

    plain = statements()
    return [one for each in plain for one in replicated(each, cluster)] if cluster else plain


def _migrate(settings: "Settings") -> list[str]:
    from projections.address import Address
    from projections.retention import keep
    from projections.schema import migrate as run
    from sundial.read_store import open_server

    root = open_server(settings, database="default")
    try:
        root.execute(
            f"CREATE DATABASE IF NOT EXISTS {Address.parse(settings.store).database} ENGINE = Atomic"
        )
    finally:
        root.close()
    server = open_server(settings)
    try:
        ran = [f"{one.number:04}_{one.name}" for one in run(server)]
        return ran + keep(server, settings.retention)
    finally:
        server.close()
