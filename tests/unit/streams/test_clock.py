"""The one clock: it never goes back, it goes on over a restart, and sleep can be interrupted."""

import threading
import time
from pathlib import Path

import pytest

from domain.instants import HOUR, SECOND, parse_instant
from streams.clock import ClockError, ClockSetting, SettingClock, choose_setting

MACHINE = parse_instant("2026-07-01T00:00:00Z")
START = parse_instant("2012-01-18T10:00:00Z")


class Machine:
    def __init__(self) -> None:
        self.instant = MACHINE

    def __call__(self) -> int:
        return self.instant


def test_a_live_clock_tells_the_machines_time_and_never_goes_back() -> None:
    machine = Machine()
    clock = SettingClock(ClockSetting(), machine=machine)
    assert clock.now() == MACHINE
    machine.instant -= HOUR
    assert clock.now() == MACHINE
    machine.instant += 2 * HOUR
    assert clock.now() == MACHINE + HOUR


def test_a_clock_tells_nothing_before_what_is_judged_already() -> None:
    clock = SettingClock(ClockSetting(), not_before=MACHINE + HOUR, machine=Machine())
    assert clock.now() == MACHINE + HOUR


def test_an_accelerated_clock_goes_on_while_nothing_runs(tmp_path: Path) -> None:
    machine, path = Machine(), tmp_path / "clock.json"
    first = SettingClock(choose_setting(path, START, 60, machine=machine), machine=machine)
    assert first.now() == START
    machine.instant += 10 * SECOND
    assert first.now() == START + 600 * SECOND
    machine.instant += 10 * SECOND
    again = SettingClock(choose_setting(path, machine=machine), machine=machine)
    assert again.now() == START + 1200 * SECOND


def test_the_same_command_again_continues(tmp_path: Path) -> None:
    machine, path = Machine(), tmp_path / "clock.json"
    choose_setting(path, START, 60, machine=machine)
    machine.instant += HOUR
    setting = choose_setting(path, START, 60, not_before=START + HOUR, machine=machine)
    assert SettingClock(setting, machine=machine).now() == START + 60 * HOUR


def test_a_clock_cannot_start_before_what_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(ClockError, match=r"2012-01-18T10:00:00Z lies before 2012-01-18T11:00:00Z"):
        choose_setting(tmp_path / "clock.json", START, not_before=START + HOUR)
    assert not (tmp_path / "clock.json").exists()


def test_a_folder_is_live_unless_a_start_is_given(tmp_path: Path) -> None:
    assert choose_setting(tmp_path / "clock.json").mode == "live"
    assert choose_setting(tmp_path / "clock.json").mode == "live"
    assert choose_setting(tmp_path / "clock.json", START).mode == "simulated"


@pytest.mark.parametrize(("start", "rate"), [(START, 0), (START, -1), (None, 60)])
def test_a_rate_needs_a_start_and_is_above_zero(tmp_path: Path, start: int | None, rate: float) -> None:
    with pytest.raises(ClockError, match="rate: expected"):
        choose_setting(tmp_path / "clock.json", start, rate)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text('{"mode": "sundial"}')
    with pytest.raises(ClockError, match=r"clock\.json: expected the setting"):
        choose_setting(tmp_path / "clock.json")


def test_sleep_ends_just_after_the_instant() -> None:
    clock = SettingClock(ClockSetting("simulated", START, time.time_ns() // 1000, 1000.0))
    target = clock.now() + 50 * SECOND
    begun = time.monotonic()
    clock.sleep_until(target, threading.Event())
    assert clock.now() >= target
    assert 0.045 <= time.monotonic() - begun < 0.5


def test_sleep_is_interrupted_at_once() -> None:
    clock, interrupted = SettingClock(ClockSetting()), threading.Event()
    threading.Timer(0.05, interrupted.set).start()
    begun = time.monotonic()
    clock.sleep_until(None, interrupted)
    assert time.monotonic() - begun < 0.5
    clock.sleep_until(clock.now() + HOUR, interrupted)
    assert time.monotonic() - begun < 0.5
