"""Options that commands of the cluster size share: where Kafka is, and which topics are ours."""

from typing import Annotated

import typer

Bootstrap = Annotated[str | None, typer.Option(help="Brokers, HOST:PORT, comma between. [127.0.0.1:9092]")]
Prefix = Annotated[str | None, typer.Option(help="What the topics' names begin with. [supervision]")]
Partitions = Annotated[int | None, typer.Option(help="Parts of the events, as the topics were made. [12]")]
