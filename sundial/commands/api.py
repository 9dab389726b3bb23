"""`sundial api`: answers for the cluster size: screens, cases, findings, replay."""

from typing import TYPE_CHECKING

import typer

from sundial.commands import _mirroring
from sundial.commands._kafka_options import Bootstrap, Partitions, Prefix

if TYPE_CHECKING:
    from fastapi import FastAPI

    from sundial.mirrored import Mirrored
    from sundial.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `sundial api`."""
    app.command("api")(api)


def api(
    data: _mirroring.Data = None,
    bootstrap: Bootstrap = None,
    prefix: Prefix = None,
    partitions: Partitions = None,
    store: _mirroring.Store = None,
    host: _mirroring.Host = None,
    port: _mirroring.Port = None,
) -> None:
    """Show what workers found and the sink carried: the wall, cases, findings, replay of any moment.

    As many as are needed; each keeps a copy of what is in Kafka. Events are taken by `sundial outbox`.

    Example: sundial api --data data/api --store clickhouse://127.0.0.1:9000/sundial --port 8640

    Exit codes: 0 stopped by SIGINT or SIGTERM; 2 it cannot begin.
    """
    _mirroring.run(
        "api", _open, "日晷 Sundial listens on {url} · Kafka at {kafka} · read store {store}",
        data=data, kafka=bootstrap, kafka_prefix=prefix, kafka_partitions=partitions, store=store, host=host, port=port,
    )  # fmt: skip


def _open(settings: "Settings") -> tuple["Mirrored", "FastAPI"]:
    from api.app import create_answering_app
    from sundial.mirrored import open_answering

    mirrored, services = open_answering(settings)
    return mirrored, create_answering_app(services)
