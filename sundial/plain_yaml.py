"""YAML read as JSON would be: dates, times and numbers with colons stay texts. Nothing grows without bound.

The parser is libyaml's, which is ten times as quick as the one in Python; it nests by calling itself, so that depth is
bounded before it begins. What it does not take (half a surrogate pair in an escape, as JSON has them) is left to the
other, and so are the words for what is wrong.
"""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

__all__ = ["PlainLoader", "compose_yaml", "load_yaml"]

_MOST_REPEATED: Final = 1_000_000
"""So many values may stand in a document only because aliases repeat them."""
_DEEPEST: Final = 200


class TooMuch(yaml.MarkedYAMLError):
    """A document that is valid and beyond the bounds."""


class PlainLoader(yaml.SafeLoader):
    """YAML whose dates, times and colon-numbers stay texts, as in JSON."""


PlainLoader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")
    ]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _resolve(tag: str, pattern: str, firsts: str) -> None:
    PlainLoader.add_implicit_resolver(tag, re.compile(pattern), list(firsts))


_resolve("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF")
_resolve("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789")
_resolve(
    "tag:yaml.org,2002:float", r"^[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"
)


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # built without libyaml
    yaml_implicit_resolvers = PlainLoader.yaml_implicit_resolvers


def load_yaml(text: str) -> Any:
    """The document of a text. Raises yaml.YAMLError with its mark."""
    return compose_yaml(text)[1]


def compose_yaml(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes of a text, with their lines, and the document. Raises yaml.YAMLError with its mark."""
    try:
        return _composed(text, _QuickLoader)
    except TooMuch:
        raise
    except (yaml.YAMLError, ValueError):
        return _composed(text, PlainLoader)


def _composed(text: str, kind: Any) -> tuple[yaml.Node | None, Any]:
    _check_size(text, kind)
    loader = kind(text)
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _check_size(text: str, kind: Any) -> None:
    """Refuse what nests too deep, contains itself, or repeats too much."""
    sizes: dict[str | None, int] = {}
    """values in what an anchor names"""
    open_: list[tuple[str | None, int]] = []
    values = repeated = 0
    for event in yaml.parse(text, Loader=kind):
        trouble = None
        if isinstance(event, yaml.AliasEvent):
            size = sizes.get(event.anchor, 0)
            values += size
            repeated += size
            if any(name == event.anchor for name, _ in open_):
                trouble = f"*{event.anchor} contains itself"
            elif repeated > _MOST_REPEATED:
                trouble = f"aliases repeat more than {_MOST_REPEATED:,} values"
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, values))
            values += 1
            if len(open_) > _DEEPEST:
                trouble = f"it nests deeper than {_DEEPEST} levels"
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor is not None:
                sizes[anchor] = values - before
        elif isinstance(event, yaml.ScalarEvent):
            values += 1
            if event.anchor is not None:
                sizes[event.anchor] = 1
        if trouble is not None:
            raise TooMuch(None, None, trouble, event.start_mark)  # type: ignore[arg-type]  # libyaml's
