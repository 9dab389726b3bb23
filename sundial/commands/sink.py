"""`sundial sink`: fills the read store of the cluster size."""

from typing import TYPE_CHECKING

import typer

from sundial.commands import _mirroring
from sundial.commands._kafka_options import Bootstrap, Partitions, Prefix

if TYPE_CHECKING:
    from fastapi import FastAPI

    from sundial.mirrored import Mirrored
    from sundial.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `sundial sink`."""
    app.command("sink")(sink)


def sink(
    data: _mirroring.Data = None,
    bootstrap: Bootstrap = None,
    prefix: Prefix = None,
    partitions: Partitions = None,
    store: _mirroring.Store = None,
    host: _mirroring.Host = None,
    port: _mirroring.Port = None,
) -> None:
    """Carry events, findings and verdicts from Kafka into a ClickHouse server; one sink for each read store.

    While the server is away, everything stays in Kafka and in the data folder, and supervision goes on. /readyz and
    /metrics tell how it does. `sundial rebuild --data FOLDER` beside it makes the read store anew.

    Example: sundial sink --data data/sink --store clickhouse://127.0.0.1:9000/sundial --port 8631

    Exit codes: 0 stopped by SIGINT or SIGTERM; 2 it cannot begin.
    """
    _mirroring.run(
        "sink", _open, "Sundial carries what is in Kafka at {kafka} to {store}; how it does: {url}/readyz",
        data=data, kafka=bootstrap, kafka_prefix=prefix, kafka_partitions=partitions, store=store, host=host, port=port,
    )  # fmt: skip


def _open(settings: "Settings") -> tuple["Mirrored", "FastAPI"]:
    from api.app import create_carrying_app
    from sundial.mirrored import open_carrying

    mirrored, carrying = open_carrying(settings)
    return mirrored, create_carrying_app(carrying)
