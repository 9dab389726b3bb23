"""Whatever a county sends, and whenever its supervisor is killed: supervisor, judge and the replay of the API agree.

A history is the whole log of a small county: three cases, the reference data they are judged with, some forty
events. SUNDIAL_HISTORIES sets how many are lived in the soak (10,000 unless stated), SUNDIAL_FIRST the first seed.
One seed alone: SUNDIAL_FIRST=4711 SUNDIAL_HISTORIES=1 pytest -m soak tests/property/test_live_is_the_judge.py
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.oracle.supervised import Supervised, contradictions

CHUNK = 25
IN_CI = 500
WITH_LEDGERS = 100
SOAK_CHUNK = 500
SOAK_FIRST = int(os.environ.get("SUNDIAL_FIRST", "100000"))
SOAK = int(os.environ.get("SUNDIAL_HISTORIES", "10000"))
ROUNDS = 14
MEMORY = Path("/dev/shm")
"""A disk that need not be waited for, where there is one."""


def live(seeds: Iterable[int], ledgers: bool = False) -> dict[int, list[str]]:
    """Live the histories of these seeds; what does not agree, by seed."""
    failed = {}
    for number in seeds:
        folder = Path(tempfile.mkdtemp(dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
        try:
            one = Supervised(folder, number, ledgers)
            one.live(ROUNDS)
            found = contradictions(one)
            one.close()
        except Exception as error:
            found = [f"{type(error).__name__}: {error}"]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if found:
            failed[number] = found
    return failed


def told(failed: dict[int, list[str]]) -> str:
    return "\n".join(f"seed {number}: {line}" for number, lines in failed.items() for line in lines)


@pytest.mark.parametrize("first", range(0, IN_CI, CHUNK))
def test_five_hundred_histories_agree(first: int) -> None:
    failed = live(range(first, first + CHUNK))
    assert not failed, told(failed)


@pytest.mark.parametrize("first", range(0, WITH_LEDGERS, CHUNK))
def test_histories_with_ledgers_windows_and_people_agree(first: int) -> None:
    failed = live(range(first, first + CHUNK), ledgers=True)
    assert not failed, told(failed)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(SOAK_FIRST, SOAK_FIRST + SOAK, SOAK_CHUNK))
def test_many_histories_agree(first: int) -> None:
    last = min(first + SOAK_CHUNK, SOAK_FIRST + SOAK)
    began = time.monotonic()
    failed = live(range(first, last))
    spent = time.monotonic() - began
    print(f"seeds {first} to {last - 1}: {len(failed)} failed, {spent:.0f} s", file=sys.stderr, flush=True)
    assert not failed, told(failed)
