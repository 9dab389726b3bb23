"""Every measurement, one after the other, each in a process of its own; the results become docs/benchmarks.md.

python -m tests.bench        (which is `make bench`; about twenty minutes)
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
BENCHES = (
    "fold",
    "rules",
    "history",
    "calendar",
    "journal",
    "import",
    "supervisor",
    "api",
    "whatif",
    "worker",
    "recovery",
    "timers",
    "sink",
    "rebuild",
)

Results = dict[str, dict[str, Any]]


class Figure(NamedTuple):
    """A line of the table."""

    title: str
    bench: str
    ours: Callable[[dict[str, Any]], str]
    peer: Callable[[dict[str, Any]], str] | None = None
    ratio: Callable[[dict[str, Any]], str] | None = None
    aim: str = ""
    met: Callable[[dict[str, Any]], bool] | None = None


def per_second(key: str) -> Callable[[dict[str, Any]], str]:
    return lambda found: f"{found[key]:,.0f} /s"


def named(peer: str, key: str) -> Callable[[dict[str, Any]], str]:
    return lambda found: f"{peer}: {found[key]:,.0f} /s"


def times(key: str, what: str) -> Callable[[dict[str, Any]], str]:
    return lambda found: f"{found[key]:,.3g} {what}"


def in_shares(prefix: str, found: dict[str, Any]) -> str:
    shares = {name.removeprefix(prefix): found[name] for name in found if name.startswith(prefix)}
    told = sorted(shares.items(), key=lambda one: -one[1])
    return ", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in told)


FIGURES = (
    Figure(
        "Decode and fold events, one core", "fold",
        per_second("decode_and_fold_per_second"), named("bare msgspec decoding", "bare_decode_per_second"),
        times("times_the_bare_decode", "times its time"), "at most 5 times its time",
        lambda found: found["times_the_bare_decode"] <= 5,
    ),
    Figure(
        "Cases judged live, whole life each, one core", "fold", per_second("cases_judged_live_per_second"),
    ),
    Figure("Whole-case verdicts with ledger and digest, one core", "fold", per_second("verdicts_per_second")),
    Figure(
        "Replay of one case, p99, judging alone", "fold", lambda found: f"{found['replay_p99_ms']:.1f} ms",
        aim="under 20 ms", met=lambda found: found["replay_p99_ms"] < 20,
    ),
    Figure(
        "Replay of one case of twelve events, p99, over HTTP", "api",
        lambda found: f"{found['replay_p99_ms']:.1f} ms", aim="under 20 ms",
        met=lambda found: found["replay_p99_ms"] < 20,
    ),
    Figure(
        "Rules evaluated, every rule on every case, one core", "rules", per_second("rules_per_second"),
    ),
    Figure(
        "Cases under every rule, clocks included, one core", "rules",
        per_second("cases_with_all_rules_per_second"),
        named("fold alone", "cases_folded_per_second"), times("times_the_fold", "times its time"),
    ),
    Figure(
        "A case of forty events judged whole, median", "history",
        lambda found: f"{found['forty_events_ms']:.1f} ms",
        lambda found: f"one of ten events: {found['ten_events_ms']:.1f} ms",
        times("times_the_ten", "times its time"),
    ),
    Figure(
        "What-if: cases judged under two profiles, one core", "whatif",
        lambda found: f"{found['cases_per_minute']:,.0f} /min", aim="over 100,000 /min",
        met=lambda found: found["cases_per_minute"] > 100_000,
    ),
    *(
        Figure(
            "Due dates looked up, one at a time", "calendar", per_second("calendar_per_second"),
            named(title, f"{key}_per_second"), times(f"ratio_to_{key}", "times its rate"),
        )
        for title, key in (
            ("numpy `busday_offset`, one at a time", "numpy_single"),
            ("numpy `busday_offset`, one array of 20,000", "numpy_vector"),
            ("oracle that walks the days", "walk"),
        )
    ),
    *(
        Figure(
            f"Journal append, forced to disk, {size} per batch", "journal",
            per_second(f"journal_{size}_events_per_second"),
            named("bare SQLite", f"sqlite_{size}_events_per_second"), times(f"ratio_{size}", "times its time"),
        )
        for size in (1, 20, 500)
    ),
    Figure(
        "Journal append from 16 threads, one event each", "journal",
        per_second("journal_1_from_16_threads_events_per_second"),
    ),
    *(
        Figure(
            f"Rows of a table {what}, one core", "import", per_second(f"{way}_rows_per_second"),
            named("`csv` alone", "csv_rows_per_second"), times(f"{way}_times_csv", "times its time"),
        )
        for way, what in (("read", "read by a mapping (dry run)"), ("import", "imported"))
    ),
    Figure(
        "Memory per open case, folder open", "supervisor",
        lambda found: f"{found['open_bytes_per_case']:,.0f} bytes", aim="under 1,024 bytes",
        met=lambda found: found["open_bytes_per_case"] < 1024,
    ),
    Figure(
        "Memory per open case, at its most", "supervisor",
        lambda found: f"{found['most_bytes_per_case']:,.0f} bytes", aim="under 1,024 bytes",
        met=lambda found: found["most_bytes_per_case"] < 1024,
    ),
    Figure("Cases taken in and judged", "supervisor", per_second("taken_per_second")),
    Figure(
        "Due instant to finding on disk, one by one, p99", "supervisor",
        lambda found: f"{found['alone_p99_seconds']:.3f} s ({found['alone_findings']:,.0f} findings)",
    ),
    Figure(
        "Due instant to finding on disk, all as the halls close, p99", "supervisor",
        lambda found: f"{found['together_p99_seconds']:.3f} s ({found['together_findings']:,.0f} findings)",
    ),
    Figure(
        "Due instant to finding on the wall, p99", "api",
        lambda found: f"{found['due_to_live_p99_ms'] / 1000:.3f} s ({found['due_shown']:,.0f} findings)",
        aim="under 1 s", met=lambda found: found["due_shown"] == 300 and found["due_to_live_p99_ms"] < 1000,
    ),
    Figure(
        "Due instant of a burst to all of it counted on the wall", "api",
        lambda found: f"{found['burst_shown_seconds']:.1f} s for {found['burst']:,.0f}",
    ),
    Figure(
        "Worker on Kafka catching up, one partition", "worker", per_second("worker_events_per_second"),
        named("Faust alone, decoding", "faust_events_per_second"), times("share_of_faust", "times its rate"),
        "0.8 times its rate", lambda found: found["share_of_faust"] >= 0.8,
    ),
    Figure(
        "The same worker", "worker", per_second("worker_events_per_second"),
        named("aiokafka `getmany`, decoding and counting by subject", "aiokafka_events_per_second"),
        times("share_of_aiokafka", "times its rate"),
    ),
    Figure(
        "The same worker", "worker", per_second("worker_events_per_second"),
        named("Quix Streams, decoding and counting by subject", "quix_events_per_second"),
        times("share_of_quix", "times its rate"),
    ),
    Figure(
        "Two workers, a partition each", "worker", per_second("two_workers_events_per_second"),
        named("one worker", "worker_events_per_second"), times("two_to_one", "times its rate"),
    ),
    Figure(
        "What an event takes a worker, and what it goes to", "worker",
        lambda found: f"{found['ms_per_event']:.2f} ms: {in_shares('share_time_', found)}",
    ),
    Figure(
        "Worker without files takes over a partition of open cases", "recovery",
        lambda found: f"{found['restored_seconds']:.1f} s for {found['cases']:,.0f} "
                      f"({found['restored_per_second']:,.0f} /s; so {found['million_seconds']:,.0f} s a million)",
    ),
    Figure(
        "Worker begins again upon its own files", "recovery",
        lambda found: f"{found['again_seconds']:.1f} s for {found['cases']:,.0f} open cases",
    ),
    Figure(
        "Memory of a worker", "recovery",
        lambda found: f"{found['resident_mb']:,.0f} MB with {found['cases']:,.0f} open cases",
    ),
    *(
        Figure(
            f"Due instant to finding read from Kafka, {what}, p99", "timers",
            lambda found, group=group: f"{found[f'{group}_p99_seconds']:.3f} s "  # type: ignore[misc]
                                       f"({found[f'{group}_findings']:,.0f} of {found['cases']:,.0f} open cases)",
        )
        for group, what in (("alone", "one by one"), ("together", "all at one instant"))
    ),
    Figure(
        "Rows carried into ClickHouse by the sink", "sink", per_second("sink_rows_per_second"),
        named("bare inserts of the same rows", "bare_rows_per_second"), times("share_of_bare", "times its rate"),
    ),
    Figure(
        "Events of a journal, one verdict for each case at the end, one core", "rebuild",
        per_second("judge_once_per_second"), named("decoding alone", "decode_per_second"),
        times("judge_once_times_decode", "times its time"),
    ),
    Figure(
        "Events of a journal, whole rebuild of the read store, one core", "rebuild",
        per_second("rebuild_per_second"), named("decoding alone", "decode_per_second"),
        times("rebuild_times_decode", "times its time"), "100,000 /s",
        lambda found: found["rebuild_per_second"] >= 100_000,
    ),
    Figure(
        "What a rebuild's time goes to (inserts are part of the others)", "rebuild",
        lambda found: in_shares("share_", found),
    ),
)  # fmt: skip


def main() -> None:
    """Measure everything and write the page; exit 1 when an aim was missed."""
    load = os.getloadavg()[0]
    found: Results = {}
    for name in BENCHES:
        print(f"{name} ...", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"tests.bench.bench_{name}", "--json"],
            cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True,
        )  # fmt: skip
        found[name] = json.loads(done.stdout)
    PAGE.write_text(page(found, load), "utf-8")
    missed = [figure.title for figure in FIGURES if figure.met and not figure.met(found[figure.bench])]
    print(f"{PAGE.relative_to(ROOT)}: {len(FIGURES)} figures")
    for title in missed:
        print(f"aim missed: {title}")
    sys.exit(bool(missed))


def page(found: Results, load: float) -> str:
    """The document."""
    rows = [_row(figure, found[figure.bench]) for figure in FIGURES]
    cases, open_cases = found["supervisor"]["cases"], found["api"]["open_cases"]
    commands = "\n".join(
        f"| {name} | `python -m tests.bench.bench_{name}` | {_about(name)} |" for name in BENCHES
    )
    return f"""# Measurements

Made by `make bench`, which writes this page anew. Figures that are compared were taken in the same run.
Rates of one core are per second of processor time; all others are per second of the clock on the wall.

Machine: {machine()}. Load when it began: {load:.1f}.

| figure | Sundial | peer | ratio | aim | met |
|---|---|---|---|---|---|
{chr(10).join(rows)}

The supervisor was measured with {cases:,.0f} open cases, the whole server (ingest, journal, supervisor, read store,
live stream in one process) with {open_cases:,.0f}.

| bench | command | what it does |
|---|---|---|
{commands}
"""


def _row(figure: Figure, found: dict[str, Any]) -> str:
    met = "" if figure.met is None else "yes" if figure.met(found) else "**no**"
    peer, ratio = (say(found) if say else "" for say in (figure.peer, figure.ratio))
    return f"| {figure.title} | {figure.ours(found)} | {peer} | {ratio} | {figure.aim} | {met} |"


def _about(name: str) -> str:
    text = (ROOT / "tests" / "bench" / f"bench_{name}.py").read_text("utf-8")
    paragraphs = text.split('"""')[1].split("\n\n")
    return " ".join(" ".join(paragraph.split()) for paragraph in (paragraphs[0], *paragraphs[2:]))


def machine() -> str:
    """Cores, processor, memory, system."""
    processor = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    total = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return (
        f"{os.cpu_count()} cores ({processor}), {int(total) / 1024**2:.0f} GB memory, "
        f"{platform.system()}, Python {platform.python_version()}"
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text("utf-8").splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    main()
