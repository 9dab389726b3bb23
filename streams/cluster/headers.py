"""Headers of the records in `supervision.events` and `supervision.reference`, and the marks of an import.

The value of a record is one CloudEvent, structured JSON without `recordedtime`; its key is the subject.
"""

from typing import Final

__all__ = [
    "CONTENT_TYPE",
    "IMPORT",
    "IMPORT_HOLDS_SECONDS",
    "JSON_EVENT",
    "RECORDED",
    "REPLAY",
    "REPLAY_MARK",
    "UNDER_WAY",
]

CONTENT_TYPE: Final = "content-type"
JSON_EVENT: Final = b"application/cloudevents+json"

RECORDED: Final = "sundial-recorded"
"""The recorded instant where an importer of history stated it: microseconds UTC in decimal digits."""

IMPORT: Final = "sundial-import"
"""Makes a record of `supervision.reference` a mark, no event: `under-way` or `ended`. Its value is empty.

The key names the outbox: several may import at one time. An outbox repeats `under-way` while it goes on and sends
`ended` after it; one that died is believed for `IMPORT_HOLDS_SECONDS` after the last `under-way` was appended.
"""

IMPORT_HOLDS_SECONDS: Final = 30

UNDER_WAY: Final = b"under-way"

REPLAY: Final = "sundial-replay"
"""Makes a record of `supervision.reference` a mark as well: a dead letter is to be judged again. The header's value is
the partition that has it, the key the name of the dead letter in the changelog. Doing so twice does no harm."""

REPLAY_MARK: Final = b"replay"
"""What such a record is once it is read."""
