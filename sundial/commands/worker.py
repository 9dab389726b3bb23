"""`sundial worker`: supervises some partitions of a Kafka installation, together with other workers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sundial.settings import Settings


class _CannotWork(Exception):
    """Something stands in the way; the message says what, and what to do."""


def register(app: typer.Typer) -> None:
    """Add `sundial worker`."""
    app.command("worker")(worker)


def worker(
    data: Annotated[
        Path | None, typer.Option(help="Folder for local copies of the state; may be lost. [data]")
    ] = None,
    bootstrap: Annotated[
        str | None, typer.Option(help="Brokers, HOST:PORT, comma between. [127.0.0.1:9092]")
    ] = None,
    prefix: Annotated[
        str | None, typer.Option(help="What the topics' names begin with. [supervision]")
    ] = None,
    partitions: Annotated[
        int | None, typer.Option(help="Parts of the events, as the topics were made. [12]")
    ] = None,
    instance: Annotated[
        str | None,
        typer.Option(help="A name that stays over restarts: a quick restart then moves no partition."),
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address of probes and metrics. [127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port of probes and metrics; 0: any free one. [8610]")
    ] = None,
) -> None:
    """Supervise partitions of the events topic; start as many as there is work for, up to one a partition.

    It judges as `sundial serve` does, and writes findings and state to Kafka. /livez, /readyz and /metrics tell how
    it does. It ends in good order at SIGTERM, and with exit code 1 when going on would lose something.

    Example: sundial worker --bootstrap 127.0.0.1:9092 --data data/worker-1 --port 8621

    Exit codes: 0 ended as told; 1 stopped by itself, the log says why; 2 it cannot begin.
    """
    from streams.clock import ClockError
    from streams.cluster.administration import KafkaUnusable
    from streams.folder import FolderInUse
    from sundial.settings import BadSettings, load_settings

    try:
        settings = load_settings(
            data=data, kafka=bootstrap, kafka_prefix=prefix, kafka_partitions=partitions, host=host, port=port
        )
        code = _work(settings, instance)
    except (BadSettings, ClockError, FolderInUse, KafkaUnusable, _CannotWork) as error:
        print(f"sundial worker: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    raise typer.Exit(code)


def _work(settings: "Settings", instance: str | None) -> int:
    import faust

    from domain.reference import Reference
    from streams.clock import ClockSetting, SettingClock, kept_setting
    from streams.cluster.worker import Worker, WorkerSetting
    from streams.folder import FolderLock
    from sundial.commands._listening import log_to_stderr
    from sundial.probes import serve_probes
    from sundial.shipped import holiday_sets

    log_to_stderr()
    _check_topics(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(settings.data)
    clock = kept_setting(settings.data / "clock.json") or ClockSetting()
    setting = WorkerSetting(
        settings.kafka,
        settings.kafka_prefix,
        settings.kafka_partitions,
        settings.data / "partitions",
        clock,
        instance,
    )
    one = Worker(setting, Reference(holiday_sets()), SettingClock(clock))
    try:
        server = serve_probes(settings.host, settings.port, one.readings)
    except OSError as error:
        raise _CannotWork(
            f"--host {settings.host} --port {settings.port}: {error.strerror or error}"
        ) from None
    print(
        f"Sundial worker: topics {settings.kafka_prefix}.* at {settings.kafka}; probes and metrics at "
        f"http://{settings.host}:{server.server_port}",
        file=sys.stderr,
        flush=True,
    )
    try:
        runner = faust.Worker(one.app, loglevel="WARN", redirect_stdouts=False, quiet=True)
        code: object = runner.execute_from_commandline()
    except SystemExit as end:
        code = end.code
    finally:
        server.shutdown()
        lock.release()
    return code if isinstance(code, int) else 0


def _check_topics(settings: "Settings") -> None:
    """The topics must be there and be parted as this worker believes; everything else only costs, and is told."""
    from streams.cluster.administration import brokers, differences
    from streams.cluster.topics import declared

    replication = settings.kafka_replication or min(3, brokers(settings.kafka))
    found = differences(
        settings.kafka, settings.kafka_prefix, declared(settings.kafka_partitions, replication)
    )
    grave = [
        one
        for one in found
        if one.what in ("missing", "partitions", "message.timestamp.type", "cleanup.policy")
    ]
    if grave:
        told = "; ".join(f"{one}{f' ({one.meaning})' if one.meaning else ''}" for one in grave)
        raise _CannotWork(f"the topics are not as they must be: {told}")
    for one in found:
        print(f"! {one}", file=sys.stderr)
