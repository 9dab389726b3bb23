"""What `sundial api` and `sundial sink` share: settings, the errors that end them, and listening."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sundial.commands._listening import CannotListen, check_tokens, listen, log_to_stderr, run_app, url_of

if TYPE_CHECKING:
    from fastapi import FastAPI

    from sundial.mirrored import Mirrored
    from sundial.settings import Settings

Data = Annotated[
    Path | None,
    typer.Option(help="Data folder: tokens, and a copy of what is in Kafka, which may be lost. [data]"),
]
Store = Annotated[str | None, typer.Option(help="Read store: clickhouse://user@host:port/database.")]
Host = Annotated[
    str | None, typer.Option(help="Address to listen on; beyond loopback needs tokens. [127.0.0.1]")
]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0: any free one. [8610]")]

Opening = Callable[["Settings"], tuple["Mirrored", "FastAPI"]]


def run(name: str, opening: Opening, greeting: str, **options: Any) -> None:
    """Open, listen and serve until SIGINT or SIGTERM. Raises typer.Exit with code 2 where it cannot begin."""
    from api.identity import BadKey
    from projections.sink import AheadOfSource
    from projections.statements import StoreError
    from streams.clock import ClockError
    from streams.cluster.administration import KafkaUnusable
    from streams.database import WrongVersion
    from streams.folder import FolderInUse
    from sundial.data_folder import FolderUnusable
    from sundial.settings import BadSettings, load_settings
    from sundial.startup import CannotBegin

    try:
        settings = load_settings(**options)
        _serve(settings, "port" in settings.model_fields_set, opening, greeting)
    except (
        AheadOfSource, BadKey, BadSettings, CannotBegin, CannotListen, ClockError, FolderInUse, FolderUnusable,
        KafkaUnusable, StoreError, WrongVersion,
    ) as error:  # fmt: skip
        print(f"sundial {name}: {error}", file=sys.stderr)
        raise typer.Exit(2) from None


def _serve(settings: "Settings", port_stated: bool, opening: Opening, greeting: str) -> None:
    log_to_stderr()
    listening = listen(settings.host, settings.port, port_stated)
    try:
        mirrored, app = opening(settings)
        try:
            for text in mirrored.told:
                print(f"! {text}", file=sys.stderr)
            check_tokens(settings, mirrored.running.tokens)
            mirrored.start()
            url = url_of(listening)
            mirrored.publish(url)
            print(greeting.format(url=url, kafka=settings.kafka, store=settings.store))
            print(f"data folder {mirrored.path} · Ctrl+C stops", flush=True)
            run_app(app, listening, app.state.feed.close if hasattr(app.state, "feed") else None)
        finally:
            mirrored.close()
    finally:
        listening.close()
    print("It has stopped; what is in Kafka and in the read store stays.")
