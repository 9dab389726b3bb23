"""Connections that threads share: given back whatever happens, ended only when nobody has them."""

import threading

import pytest

from projections.pool import Pool
from projections.statements import StoreError


def test_a_connection_is_given_back_also_when_its_statement_failed() -> None:
    pool = Pool("shop", ["one"])
    with pytest.raises(ZeroDivisionError), pool.lent():
        raise ZeroDivisionError
    with pool.lent() as lent:
        assert lent == "one"


def test_closed_it_says_so_to_everybody_and_has_ended_each_connection_once() -> None:
    ended: list[str] = []
    pool = Pool("shop", ["one", "two"])
    pool.close(ended.append)
    pool.close(ended.append)
    assert sorted(ended) == ["one", "two"]
    for _ in range(2):
        with pytest.raises(StoreError, match="shop: the read store is closed"), pool.lent():
            pass


def test_closing_waits_for_the_statement_under_way() -> None:
    ended: list[str] = []
    pool = Pool("shop", ["one"])
    with pool.lent():
        closing = threading.Thread(target=pool.close, args=(ended.append,))
        closing.start()
        assert ended == []
    closing.join()
    assert ended == ["one"]
