"""The kinds of subjects, told by their ids: a case has the id its hall gave it, every other kind a prefix."""

from __future__ import annotations

from typing import Final

__all__ = ["KINDS", "key_of", "kind_of", "subject_of"]

KINDS: Final = ("hall", "window", "item", "receipt", "ledger")
"""Kinds with a prefix, as in `hall:weixian`, `window:weixian/3`, `item:permit`, `receipt:R-17`,
`ledger:POINT/2026-03-02`."""
_PREFIXES: Final = {f"{kind}:": kind for kind in KINDS}


def kind_of(subject: str) -> str:
    """The kind of a subject, `case` for all that have no prefix of ours."""
    return _PREFIXES.get(subject[: subject.find(":") + 1], "case")


def key_of(subject: str) -> str:
    """The subject's id without its prefix."""
    return subject.partition(":")[2]


def subject_of(kind: str, *parts: str) -> str:
    """The id of a subject that is no case."""
    return f"{kind}:{'/'.join(parts)}"
