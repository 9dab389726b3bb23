"""`sundial topics`: the topics of the cluster size, from one declared table: shown, made, checked."""

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sundial.commands._kafka_options import Bootstrap

if TYPE_CHECKING:
    from streams.cluster.administration import Difference
    from streams.cluster.topics import Topic
    from sundial.settings import Settings


def register(app: typer.Typer) -> None:
    """Add `sundial topics`."""
    app.command("topics")(topics)


def topics(
    create: Annotated[
        bool, typer.Option("--create", help="Make those that are missing, then check.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Tell every difference between cluster and table.")
    ] = False,
    bootstrap: Bootstrap = None,
    prefix: Annotated[str | None, typer.Option(help="What the names begin with. [supervision]")] = None,
    partitions: Annotated[
        int | None, typer.Option(help="Parts of the events; can never be changed later. [12]")
    ] = None,
    replication: Annotated[
        int | None, typer.Option(help="Copies of each topic. [3, or as many as brokers]")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show, make or check the topics of the cluster size.

    Without --create and --check the declared table is shown, and no broker is asked. Nothing that exists is ever
    changed: a difference is told, and what it means.

    Example: sundial topics --create --bootstrap 127.0.0.1:9092 --partitions 12

    Exit codes: 0 all as declared; 1 something differs or is missing; 2 the cluster cannot be asked.
    """
    from streams.cluster.administration import KafkaUnusable, create_missing, differences
    from streams.cluster.topics import declared
    from sundial.settings import BadSettings, load_settings

    try:
        settings = load_settings(
            kafka=bootstrap, kafka_prefix=prefix, kafka_partitions=partitions, kafka_replication=replication
        )
        asking = create or check
        table = declared(settings.kafka_partitions, _replication(settings, asking=asking))
        made = create_missing(settings.kafka, settings.kafka_prefix, table) if create else []
        found = differences(settings.kafka, settings.kafka_prefix, table, made) if asking else []
    except (BadSettings, KafkaUnusable) as error:
        print(f"sundial topics: {error}", file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        print(_json(settings, table, made, found))
    elif asking:
        _tell(made, found, len(table))
    else:
        _table(settings, table)
    if found:
        raise typer.Exit(1)


def _replication(settings: "Settings", *, asking: bool) -> int:
    from streams.cluster.administration import brokers

    if settings.kafka_replication is not None:
        return settings.kafka_replication
    return min(3, brokers(settings.kafka)) if asking else 3


def _tell(made: list[str], found: list["Difference"], count: int) -> None:
    for name in made:
        print(f"made {name}")
    for one in found:
        print(f"! {one}")
    for meaning in dict.fromkeys(one.meaning for one in found if one.meaning):
        print(f"  {meaning}")
    if not found:
        print(f"All {count} topics are as declared.")


def _table(settings: "Settings", table: tuple["Topic", ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    shown = Table("topic", "partitions", "copies", "kept", "what")
    shown.columns[0].no_wrap = True
    for topic in table:
        keeps = topic.settings["cleanup.policy"]
        days = int(topic.settings.get("retention.ms", "-1")) // (24 * 3600 * 1000)
        kept = "the newest of a key" if keeps == "compact" else "for ever" if days < 0 else f"{days} days"
        name = f"{settings.kafka_prefix}.{topic.name}"
        shown.add_row(name, str(topic.partitions), str(topic.replication), kept, topic.why)
    Console(soft_wrap=True).print(shown)


def _json(
    settings: "Settings", table: tuple["Topic", ...], made: list[str], found: list["Difference"]
) -> str:
    document = {
        "declared": [
            {
                "topic": f"{settings.kafka_prefix}.{topic.name}",
                "partitions": topic.partitions,
                "replication": topic.replication,
                "settings": dict(topic.settings),
            }
            for topic in table
        ],
        "made": made,
        "differences": [
            {
                "topic": one.topic,
                "what": one.what,
                "expected": one.expected,
                "found": one.found,
                "meaning": one.meaning,
            }
            for one in found
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)
