"""What all payloads have in common."""

from __future__ import annotations

import msgspec

__all__ = ["Payload", "Text"]

Text = str | int


class Payload(msgspec.Struct, frozen=True, omit_defaults=True):
    """Base of all payloads."""
