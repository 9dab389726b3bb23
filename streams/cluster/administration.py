"""Making the topics, and telling how those of a cluster differ from the declared ones."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError

from streams.cluster.topics import Topic, full_name

__all__ = ["Difference", "KafkaUnusable", "brokers", "create_missing", "differences"]

_PARTITIONS_MEAN = (
    "partitions: the partition of a subject follows from their number; with another number the events of open "
    "cases go to another partition than their state, and the order per subject breaks. Expected a new "
    "installation with a prefix of its own, filled by an import"
)

_PATIENCE_MS = 5_000
"""For the first answer of a broker."""
_SETTLING_SECONDS = 10.0


class KafkaUnusable(Exception):
    """The cluster cannot be asked; the message says what was tried."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as declared."""

    topic: str
    what: str
    """`missing`, `partitions`, `replication`, or the name of a setting."""
    expected: str
    found: str
    meaning: str
    """What it breaks, or what mends it; empty where the name says all."""

    def __str__(self) -> str:
        if self.what == "missing":
            return f"{self.topic}: missing"
        return f"{self.topic}: {self.what}: expected {self.expected}, found {self.found}"


def brokers(bootstrap: str) -> int:
    """How many brokers the cluster has. Raises KafkaUnusable."""
    with _Admin(bootstrap) as admin:
        return len(admin.ask("describe_cluster")["brokers"])


def create_missing(bootstrap: str, prefix: str, topics: Sequence[Topic]) -> list[str]:
    """Make the topics that are not there; the full names of those made. Raises KafkaUnusable."""
    with _Admin(bootstrap) as admin:
        there = set(admin.ask("list_topics"))
        made = []
        for topic in topics:
            name = full_name(prefix, topic.name)
            if name in there:
                continue
            wanted = {
                "num_partitions": topic.partitions,
                "replication_factor": topic.replication,
                "configs": dict(topic.settings),
            }
            try:
                admin.ask("create_topics", {name: wanted}, wait_for_metadata=True)
            except TopicAlreadyExistsError:  # another process was faster
                continue
            made.append(name)
        return made


def differences(
    bootstrap: str, prefix: str, topics: Sequence[Topic], made: Collection[str] = ()
) -> list[Difference]:
    """Everything in which the topics of the cluster differ from the declared ones. Raises KafkaUnusable.

    Those in `made` were made a moment ago: they are waited for until every broker that is asked knows them.
    """
    deadline = time.monotonic() + _SETTLING_SECONDS
    while True:
        found = _differences(bootstrap, prefix, topics)
        unknown = any(one.what == "missing" and one.topic in made for one in found)
        if not unknown or time.monotonic() > deadline:
            return found
        time.sleep(0.1)


def _differences(bootstrap: str, prefix: str, topics: Sequence[Topic]) -> list[Difference]:
    with _Admin(bootstrap) as admin:
        there = set(admin.ask("list_topics"))
        found = []
        for topic in topics:
            name = full_name(prefix, topic.name)
            if name not in there:
                meaning = "`sundial topics --create` makes what is missing"
                found.append(Difference(name, "missing", "", "", meaning))
                continue
            found += _of_one(admin, name, topic)
        return found


def _of_one(admin: "_Admin", name: str, topic: Topic) -> list[Difference]:
    found = []
    [described] = admin.ask("describe_topics", [name])
    partitions = described["partitions"]
    if len(partitions) != topic.partitions:
        expected, actual = str(topic.partitions), str(len(partitions))
        found.append(Difference(name, "partitions", expected, actual, _PARTITIONS_MEAN))
    fewest = min(len(one["replica_nodes"]) for one in partitions)
    if fewest < topic.replication:
        meaning = "the loss of a machine may lose events"
        found.append(Difference(name, "replication", str(topic.replication), str(fewest), meaning))
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    settings = admin.ask("describe_configs", [resource], config_filter="all")["topic"][name]
    for key, expected in topic.settings.items():
        actual = settings[key]["value"] if key in settings else "nothing"
        if actual != expected:
            found.append(Difference(name, key, expected, actual, ""))
    return found


class _Admin:
    """kafka-python's client, with errors of ours."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        try:
            self._client = KafkaAdminClient(
                bootstrap_servers=bootstrap.split(","),
                bootstrap_timeout_ms=_PATIENCE_MS,
                client_id="sundial-topics",
            )
        except (KafkaError, OSError, ValueError) as error:
            raise KafkaUnusable(f"no Kafka broker answers at {bootstrap}: {error}") from None

    def ask(self, method: str, *arguments: Any, **named: Any) -> Any:
        try:
            return getattr(self._client, method)(*arguments, **named)
        except TopicAlreadyExistsError:
            raise
        except (KafkaError, OSError) as error:
            raise KafkaUnusable(f"{self._bootstrap}: {method.replace('_', ' ')}: {error}") from None

    def __enter__(self) -> "_Admin":
        return self

    def __exit__(self, *_: object) -> Literal[False]:
        self._client.close()
        return False
