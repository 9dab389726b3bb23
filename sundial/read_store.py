"""Which engine the read store stands on, opened by the settings."""

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING

from projections.retention import keep
from projections.schema import WrongSchema, check_schema, migrate
from projections.statements import StoreError, StoreUnreachable

if TYPE_CHECKING:
    from projections.clickhouse import ClickhouseStore
    from projections.store import ChdbStore
    from sundial.data_folder import DataFolder
    from sundial.settings import Settings

__all__ = ["open_read_store", "open_server"]


def open_read_store(
    settings: "Settings", folder: "DataFolder", closing: ExitStack
) -> "ChdbStore | ClickhouseStore":
    """The read store, closed by `closing`: the library's is brought up to date, a server's has to be.

    Raises StoreError: the server does not answer, or its tables are older or newer than this version needs.
    """
    if settings.store == "chdb":
        from projections.store import ChdbStore

        library = ChdbStore(folder.read_store)
        closing.callback(library.close)
        migrate(library, _tell)
        keep(library, settings.retention)
        return library
    try:
        server = open_server(settings)
    except StoreError as error:
        if "UNKNOWN_DATABASE" not in str(error):
            raise
        raise WrongSchema(f"{error}; run `sundial migrate`, which makes it") from None
    closing.callback(server.close)
    check_schema(server)
    return server


def open_server(settings: "Settings", database: str | None = None) -> "ClickhouseStore":
    """The server of the settings, once it has answered; `database` in place of the settings', which need not be there.

    Raises StoreError, also where the settings name none.
    """
    if settings.store == "chdb":
        raise StoreError("the setting `store` names no server; expected clickhouse://host:port/database")
    from projections.address import Address
    from projections.clickhouse import ClickhouseStore

    password = ""
    if settings.store_password_file is not None:
        try:
            password = settings.store_password_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"store_password_file: {error}") from None
    server = ClickhouseStore(
        Address.parse(settings.store),
        password=password,
        ca_file=settings.store_ca_file,
        timeout=settings.store_timeout,
        database=database,
        cluster=settings.store_cluster,
    )
    try:
        server.execute("SELECT 1")
    except StoreUnreachable as error:
        server.close()
        raise StoreUnreachable(f"{error}; expected a ClickHouse server there (setting `store`)") from None
    except StoreError:
        server.close()
        raise
    return server


def _tell(migration: str) -> None:
    sys.stderr.write(f"Bringing the read store up to date: {migration} ...\n")
