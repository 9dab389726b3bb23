"""Display titles of halls and items: the latest published version that is in effect."""

from streams.ports import Store

__all__ = ["halls", "item_titles"]

_HALLS = """
SELECT hall, argMax(title, (effective, position)), argMax(level, (effective, position))
FROM halls WHERE effective <= {now:Int64} GROUP BY hall ORDER BY hall
"""
_ITEMS = """
SELECT item, argMax(title, (effective, position))
FROM items WHERE effective <= {now:Int64} AND NOT withdrawn GROUP BY item
"""


def halls(store: Store, now: int) -> dict[str, tuple[str, str]]:
    """Title and level (empty when not stated) of every hall published by `now`, by id."""
    return {hall: (title, level) for hall, title, level in store.execute(_HALLS, {"now": now})}


def item_titles(store: Store, now: int) -> dict[str, str]:
    """The title of every item published by `now`, by id."""
    return dict(store.execute(_ITEMS, {"now": now}))
