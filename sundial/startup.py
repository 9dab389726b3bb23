"""What a process of the cluster size looks at before it begins; what is wrong is said plainly, and what mends it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from domain.calendars import HolidaySet
from domain.instants import to_datetime

if TYPE_CHECKING:
    from sundial.settings import Settings

__all__ = ["CannotBegin", "check_topics", "missing_years"]

_GRAVE: Final = ("missing", "partitions", "message.timestamp.type", "cleanup.policy")
"""What would make a verdict wrong or lose something; every other difference only costs."""

_DECEMBER: Final = 12


class CannotBegin(Exception):
    """Something stands in the way; the message says what, and what to do."""


def check_topics(settings: "Settings") -> list[str]:
    """Differences that only cost, to be told. Raises CannotBegin for others, KafkaUnusable where no broker answers."""
    from streams.cluster.administration import brokers, differences
    from streams.cluster.topics import declared

    replication = settings.kafka_replication or min(3, brokers(settings.kafka))
    table = declared(settings.kafka_partitions, replication)
    found = differences(settings.kafka, settings.kafka_prefix, table)
    grave = [one for one in found if one.what in _GRAVE]
    if grave:
        told = "; ".join(str(one) for one in grave)
        meant = "".join(
            f". {meaning}" for meaning in dict.fromkeys(one.meaning for one in grave if one.meaning)
        )
        raise CannotBegin(f"the topics at {settings.kafka} are not as they must be: {told}{meant}")
    return [f"{one}{f' ({one.meaning})' if one.meaning else ''}" for one in found]


def missing_years(sets: Mapping[str, HolidaySet], now: int, zone: str) -> list[str]:
    """Years whose holidays are not known although they are needed, each as a sentence; `now` in microseconds UTC.

    Needed is the year of `now` in `zone`, and in December the next one: limits that begin now end there.
    Calendars that a county has published with holidays of its own are not seen here.
    """
    local = to_datetime(now, ZoneInfo(zone))
    told = []
    for name, one in sorted(sets.items()):
        last = local.year + (local.month == _DECEMBER)
        for year in range(max(local.year, one.last_year + 1), last + 1):
            told.append(
                f"the holidays of {year} are missing in the set {name} (it ends with {one.last_year}): every limit "
                f"that reaches into {year} is provisional, and counts its plain weekdays, unless the hall's calendar "
                f"has a `published_through` of its own. Expected an upgrade of Sundial, or a calendar.published "
                f"with the days of {year}"
            )
    return told
