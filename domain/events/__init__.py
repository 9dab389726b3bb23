"""Events: what happened, when, and when it became known."""

from domain.events.codec import (
    Event,
    InvalidEvent,
    canonical_content,
    decode_event,
    encode_event,
    event_document,
    event_from_mapping,
    new_event,
    read_payload,
)
from domain.events.payloads import EVENT_TYPES, Payload, Target

__all__ = [
    "EVENT_TYPES",
    "Event",
    "InvalidEvent",
    "Payload",
    "Target",
    "canonical_content",
    "decode_event",
    "encode_event",
    "event_document",
    "event_from_mapping",
    "new_event",
    "read_payload",
]
