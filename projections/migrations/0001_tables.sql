-- Instants are microseconds since 1970 UTC (Int64), durations seconds (Float64), days local days of the hall's
-- calendar. Each batch of a table is one part, so that it is stored whole or not at all; the window lets a batch
-- that is sent again with its token be recognised.

-- Every event, in the order of the log. `hall` and `item`: what the event names, else what its subject named last.
CREATE TABLE events (
    position UInt64,
    recorded Int64,
    time Int64,
    received Nullable(Int64),
    day Nullable(Date),                      -- local day of `time`
    id String,
    source LowCardinality(String),
    type LowCardinality(String),
    subject String,
    hall LowCardinality(String),
    item LowCardinality(String),
    data String CODEC(ZSTD(3)),         -- JSON
    INDEX by_time time TYPE minmax
) ENGINE = MergeTree ORDER BY position
SETTINGS non_replicated_deduplication_window = 1000;

-- When each hall was last heard of.
CREATE TABLE hall_activity (
    hall LowCardinality(String),
    recorded Int64,
    position UInt64
) ENGINE = ReplacingMergeTree(position) ORDER BY hall
SETTINGS non_replicated_deduplication_window = 1000;

-- Reference data for display: one row per published version; the current one is the latest in effect.
CREATE TABLE halls (
    hall String,
    position UInt64,
    effective Int64,
    title String,
    level LowCardinality(String),
    region String,
    parent String,
    calendar String
) ENGINE = ReplacingMergeTree ORDER BY (hall, position)
SETTINGS non_replicated_deduplication_window = 1000;

CREATE TABLE items (
    item String,
    position UInt64,
    effective Int64,
    title String,
    kind LowCardinality(String),
    withdrawn UInt8
) ENGINE = ReplacingMergeTree ORDER BY (item, position)
SETTINGS non_replicated_deduplication_window = 1000;

-- Halls from which events are due (hall.expected).
CREATE TABLE expectations (
    hall String,
    position UInt64,
    since Int64,
    hours String                        -- JSON
) ENGINE = ReplacingMergeTree(position) ORDER BY hall
SETTINGS non_replicated_deduplication_window = 1000;

-- Everything issued, in the order in which it was issued: one row per raise, escalation and lift.
CREATE TABLE findings (
    seq UInt64,
    id String,
    type LowCardinality(String),        -- raised, escalated, lifted
    finding String,
    chain String,                       -- what stays the same while a finding's level changes
    subject String,
    code LowCardinality(String),
    level UInt8,
    clock LowCardinality(String),       -- empty for a rule without a clock
    round UInt16,
    occurred Int64,
    recorded Int64,
    reason LowCardinality(String),      -- of a lift
    cause String,                       -- an event id, or empty
    hall LowCardinality(String),
    item LowCardinality(String),
    department LowCardinality(String),
    officer LowCardinality(String),
    INDEX by_occurred occurred TYPE minmax
) ENGINE = MergeTree ORDER BY seq
SETTINGS non_replicated_deduplication_window = 1000;

-- The current verdict of every case: the row with the highest revision (read with FINAL).
CREATE TABLE cases (
    subject String,
    revision UInt64,
    at Int64,                           -- the verdict is as at this instant, and holds until next_change
    known_at Int64,
    hall LowCardinality(String),        -- that accepted it, else that received it
    item LowCardinality(String),
    department LowCardinality(String),
    officer LowCardinality(String),
    window LowCardinality(String),
    kind LowCardinality(String),        -- instant, promise, other, or empty
    mode LowCardinality(String),
    channel LowCardinality(String),
    status LowCardinality(String),
    round UInt16,
    level UInt8,                        -- highest of the findings in force
    is_open UInt8,                      -- received, accepted or suspended
    is_accepted UInt8,                  -- has been accepted, formally or deemed, and not refused acceptance after
    is_completed UInt8,
    is_voided UInt8,                    -- voided, withdrawn or merged: beside every rate
    is_warned UInt8,                    -- a clock reached a warning or more
    is_overdue UInt8,                   -- missed its promise or its statutory limit
    is_early Nullable(UInt8),           -- of a completed case with a promise: completed before it fell due
    is_same_day Nullable(UInt8),        -- of a completed instant case: completed on the local day of its acceptance
    received Nullable(Int64),
    accepted Nullable(Int64),
    completed Nullable(Int64),          -- when it ended, however it ended
    zone LowCardinality(String),        -- of the hall's calendar; empty when not known
    day Nullable(Date),                 -- local day on which it ended; null while open
    promise_clock LowCardinality(String), -- promised, instant, or empty
    promise_state LowCardinality(String),
    promise_due Nullable(Int64),
    promise_level UInt8,
    promise_given Nullable(Float64),    -- working time from start to due, less pauses
    promise_used Nullable(Float64),     -- of a completed case: working time used, less pauses
    statute_state LowCardinality(String),
    statute_due Nullable(Int64),
    statute_level UInt8,
    statute_given Nullable(Float64),
    statute_used Nullable(Float64),
    next_due Nullable(Int64),           -- the earlier of promise and statute
    is_provisional UInt8,
    handling_seconds Nullable(Float64), -- of a completed case: working time from acceptance on, less pauses
    paused_seconds Nullable(Float64),   -- working time that pauses held
    span_seconds Nullable(Float64),     -- both together
    irregularities UInt16,
    next_change Nullable(Int64),
    digest FixedString(64),
    engine LowCardinality(String),
    clocks String CODEC(ZSTD(3)),       -- JSON, without ledgers
    findings String CODEC(ZSTD(3))      -- JSON, in force
) ENGINE = ReplacingMergeTree(revision) ORDER BY subject
SETTINGS non_replicated_deduplication_window = 1000, index_granularity = 1024;  -- one case is read cheaply
