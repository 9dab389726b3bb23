"""`sundial outbox`: takes events in for the cluster size, and sends them on to Kafka."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sundial.commands._kafka_options import Bootstrap, Prefix
from sundial.commands._listening import CannotListen, check_tokens, listen, log_to_stderr, run_app, url_of

if TYPE_CHECKING:
    from sundial.receiving import Receiving
    from sundial.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `sundial outbox`."""
    app.command("outbox")(outbox)


def outbox(
    data: Annotated[Path | None, typer.Option(help="Data folder; made if it is not there. [data]")] = None,
    bootstrap: Bootstrap = None,
    prefix: Prefix = None,
    partitions: Annotated[int | None, typer.Option(help="Parts of the events, as declared. [12]")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; beyond loopback needs tokens.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: any free one. [8610]")] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Try again what the broker would not take before.")
    ] = False,
) -> None:
    """Take events at POST /v1/events, keep them on disk, and send them to Kafka in order.

    An answer comes only once the event is on disk. While the broker is away events are taken all the same, and sent
    when it is back. /metrics tells how many wait and how old the oldest is.

    Example: sundial outbox --data data/outbox --bootstrap 127.0.0.1:9092

    Exit codes: 0 stopped by SIGINT or SIGTERM; 2 it cannot start.
    """
    from api.identity import BadKey
    from streams.clock import ClockError
    from streams.database import WrongVersion
    from streams.folder import FolderInUse
    from sundial.data_folder import FolderUnusable
    from sundial.settings import BadSettings, load_settings

    try:
        settings = load_settings(
            data=data, kafka=bootstrap, kafka_prefix=prefix, kafka_partitions=partitions, host=host, port=port
        )
        _run(settings, "port" in settings.model_fields_set, resend=resend)
    except (
        BadKey,
        BadSettings,
        CannotListen,
        ClockError,
        FolderInUse,
        FolderUnusable,
        WrongVersion,
    ) as error:
        print(f"sundial outbox: {error}", file=sys.stderr)
        raise typer.Exit(2) from None


def _run(settings: "Settings", port_stated: bool, *, resend: bool) -> None:
    import logging

    from api.app import create_reception_app
    from sundial.receiving import open_receiving

    log_to_stderr()
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # what matters of it is said by the outbox, once
    listening = listen(settings.host, settings.port, port_stated)
    try:
        receiving, reception = open_receiving(settings)
        try:
            check_tokens(settings, reception.tokens)
            if resend:
                print(f"{receiving.outbox.resend():,} events are sent again.")
            receiving.start()
            url = url_of(listening)
            receiving.publish(url)
            _greet(settings, receiving, url)
            run_app(create_reception_app(reception), listening)
        finally:
            receiving.close()
    finally:
        listening.close()
    print("The outbox has stopped; what was not sent is on the disk.")


def _greet(settings: "Settings", receiving: "Receiving", url: str) -> None:
    waiting = int(receiving.outbox.readings()["backlog_events"])
    print(f"日晷 Sundial takes events on {url}/v1/events and sends them to {settings.kafka}")
    print(f"data folder {receiving.folder.path} · {waiting:,} events wait · Ctrl+C stops", flush=True)
    if stopped := receiving.outbox.stopped():
        print(f"! {len(stopped):,} events that the broker would not take are kept:", file=sys.stderr)
        for one in stopped[:10]:
            print(f"  {one.number}: {one.subject}, {one.size:,} bytes: {one.cause}", file=sys.stderr)
        print("  Once the cause is mended, `sundial outbox --resend` sends them.", file=sys.stderr)
