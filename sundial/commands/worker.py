"""`sundial worker`: supervises some partitions of a Kafka installation, together with other workers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sundial.commands._kafka_options import Bootstrap, Partitions, Prefix

if TYPE_CHECKING:
    from sundial.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `sundial worker`."""
    app.command("worker")(worker)


def worker(
    data: Annotated[
        Path | None, typer.Option(help="Folder for local copies of the state; may be lost. [data]")
    ] = None,
    bootstrap: Bootstrap = None,
    prefix: Prefix = None,
    partitions: Partitions = None,
    instance: Annotated[
        str | None,
        typer.Option(help="A name that stays over restarts: a quick restart then moves no partition."),
    ] = None,
    set_all_aside: Annotated[
        bool,
        typer.Option(
            "--set-all-aside", help="Do not stop at a flood of events that cannot be judged; for one start."
        ),
    ] = False,
    host: Annotated[str | None, typer.Option(help="Address of probes and metrics. [127.0.0.1]")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port of probes and metrics; 0: any free one. [8610]")
    ] = None,
) -> None:
    """Supervise partitions of the events topic; start as many as there is work for, up to one a partition.

    It judges as `sundial serve` does, and writes findings and state to Kafka. /livez, /readyz and /metrics tell how
    it does. It ends in good order at SIGTERM, and with exit code 1 when going on would lose something, or when so
    many events in a row cannot be judged that it must be the program or the source. Mend that and start it again; where
    the events themselves are beyond mending, --set-all-aside makes dead letters of them.

    Example: sundial worker --bootstrap 127.0.0.1:9092 --data data/worker-1 --port 8621

    Exit codes: 0 ended as told; 1 stopped by itself, the log says why; 2 it cannot begin.
    """
    from streams.clock import ClockError
    from streams.cluster.administration import KafkaUnusable
    from streams.folder import FolderInUse
    from sundial.data_folder import FolderUnusable
    from sundial.settings import BadSettings, load_settings
    from sundial.startup import CannotBegin

    try:
        settings = load_settings(
            data=data,
            kafka=bootstrap,
            kafka_prefix=prefix,
            kafka_partitions=partitions,
            instance=instance,
            host=host,
            port=port,
        )
        code = _work(settings, flood=not set_all_aside)
    except (BadSettings, CannotBegin, ClockError, FolderInUse, FolderUnusable, KafkaUnusable) as error:
        print(f"sundial worker: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    raise typer.Exit(code)


def _work(settings: "Settings", *, flood: bool) -> int:
    import faust

    from domain.reference import Reference
    from streams.clock import ClockSetting, SettingClock, kept_setting
    from streams.cluster.worker import Worker, WorkerSetting
    from streams.folder import FolderLock
    from sundial.commands._listening import log_to_stderr
    from sundial.data_folder import DataFolder
    from sundial.probes import serve_probes
    from sundial.shipped import holiday_sets
    from sundial.startup import CannotBegin, check_topics, missing_years

    log_to_stderr()
    folder = DataFolder.make(settings.data)
    lock = FolderLock(folder.path)
    clock = kept_setting(folder.clock) or ClockSetting()
    present = SettingClock(clock)
    told = [*check_topics(settings), *missing_years(holiday_sets(), present.now(), settings.zone)]
    for text in told:
        print(f"! {text}", file=sys.stderr)
    setting = WorkerSetting(
        settings.kafka,
        settings.kafka_prefix,
        settings.kafka_partitions,
        folder.path / "partitions",
        clock,
        settings.instance,
        flood=flood,
    )
    one = Worker(setting, Reference(holiday_sets()))
    try:
        server = serve_probes(settings.host, settings.port, one.readings)
    except OSError as error:
        raise CannotBegin(
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
        runner.spinner = (
            None  # it writes control codes into the log, and has every line of every library formatted
        )
        code: object = runner.execute_from_commandline()
    except SystemExit as end:
        code = end.code
    finally:
        server.shutdown()
        lock.release()
    return code if isinstance(code, int) else 0
