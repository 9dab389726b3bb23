"""Events in the OpenAPI document: one schema per event type, made from the payloads that the domain decodes."""

from typing import Any

import msgspec
from fastapi import FastAPI

from domain.events import EVENT_TYPES
from domain.limits import UNITS, Limit

EVENT = {"$ref": "#/components/schemas/CloudEvent"}
_REFERENCE = "#/components/schemas/{name}"

_INSTANT = {"type": "string", "format": "date-time", "examples": ["2026-03-02T10:00:00+08:00"]}
_LIMIT = {
    "anyOf": [
        {"type": "string", "examples": ["5 working_day", "20 working_day instant"]},
        {
            "type": "object",
            "required": ["amount", "unit"],
            "properties": {
                "amount": {"type": "number", "minimum": 0},
                "unit": {"enum": list(UNITS)},
                "mode": {"enum": ["date", "instant"]},
            },
        },
        {"type": "object", "required": ["until"], "properties": {"until": _INSTANT}},
    ]
}
_ENVELOPE: dict[str, Any] = {
    "specversion": {"const": "1.0"},
    "id": {
        "type": "string",
        "minLength": 1,
        "maxLength": 256,
        "description": "With `source`: the event's identity",
    },
    "source": {
        "type": "string",
        "minLength": 1,
        "maxLength": 512,
        "description": "Who says it: a hall's system",
    },
    "subject": {"type": "string", "minLength": 1, "maxLength": 256, "description": "The case number"},
    "time": {**_INSTANT, "description": "When it happened"},
    "recordedtime": {**_INSTANT, "description": "The log's own; only an importer of history states it"},
    "receivedtime": {**_INSTANT, "description": "When an edge or outbox took it"},
    "dataschemaversion": {"type": "string"},
}


def install(app: FastAPI) -> None:
    """Put the event schemas into the OpenAPI document of `app`."""
    plain = app.openapi

    def with_events() -> dict[str, Any]:
        document = plain()
        document.setdefault("components", {}).setdefault("schemas", {}).update(_event_schemas())
        return document

    app.openapi = with_events  # type: ignore[method-assign]


def _event_schemas() -> dict[str, Any]:
    _, components = msgspec.json.schema_components(
        EVENT_TYPES.values(), schema_hook=_hook, ref_template=_REFERENCE
    )
    kinds = []
    for type_name, payload in EVENT_TYPES.items():
        data, tag = components[payload.__name__], payload.__struct_config__.tag_field
        data["properties"].pop(tag)
        data["required"] = [name for name in data["required"] if name != tag]
        kinds.append(
            {
                "properties": {
                    "type": {"const": type_name},
                    "data": {"$ref": _REFERENCE.format(name=payload.__name__)},
                }
            }
        )
    event = {
        "type": "object",
        "title": "CloudEvent",
        "required": ["id", "source", "type", "subject", "time"],
        "properties": _ENVELOPE,
        "oneOf": kinds,
        "description": "CloudEvents 1.0, structured. Fields of `data` that are not listed are kept.",
    }
    return {**components, "CloudEvent": event}


def _hook(kind: type) -> dict[str, Any]:
    if kind is Limit:
        return _LIMIT
    raise NotImplementedError(kind)
