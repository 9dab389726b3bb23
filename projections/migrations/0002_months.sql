-- For years of a province: events and findings lie in parts by the month in which they were recorded, so that an old
-- month is dropped as a whole and a question about a period opens its months only. A batch is inserted month by month,
-- so that each insert is still one part. Numbers that grow from row to row are kept as differences.
--
-- `position` need not be dense: in the cluster size it is offset * 1024 + partition of the event's record.
--
-- A table is made anew from what it holds in one step: whoever breaks it off has the old one or the new one.

CREATE OR REPLACE TABLE events (
    position UInt64 CODEC(Delta, ZSTD(1)),
    recorded Int64 CODEC(Delta, ZSTD(1)),
    time Int64 CODEC(Delta, ZSTD(1)),
    received Nullable(Int64) CODEC(ZSTD(1)),
    day Nullable(Date) CODEC(ZSTD(1)),       -- local day of `time`
    id String CODEC(ZSTD(1)),
    source LowCardinality(String),
    type LowCardinality(String),
    subject String CODEC(ZSTD(1)),
    hall LowCardinality(String),
    item LowCardinality(String),
    data String CODEC(ZSTD(3)),              -- JSON
    INDEX by_time time TYPE minmax
) ENGINE = MergeTree PARTITION BY toYYYYMM(fromUnixTimestamp64Micro(recorded, 'UTC')) ORDER BY position
SETTINGS non_replicated_deduplication_window = 1000
AS SELECT * FROM events SETTINGS max_partitions_per_insert_block = 0;

CREATE OR REPLACE TABLE findings (
    seq UInt64 CODEC(Delta, ZSTD(1)),
    id String CODEC(ZSTD(1)),
    type LowCardinality(String),             -- raised, escalated, lifted
    finding String CODEC(ZSTD(1)),
    chain String CODEC(ZSTD(1)),             -- what stays the same while a finding's level changes
    subject String CODEC(ZSTD(1)),
    code LowCardinality(String),
    level UInt8,
    clock LowCardinality(String),            -- empty for a rule without a clock
    round UInt16,
    occurred Int64 CODEC(Delta, ZSTD(1)),
    recorded Int64 CODEC(Delta, ZSTD(1)),
    reason LowCardinality(String),           -- of a lift
    cause String CODEC(ZSTD(1)),             -- an event id, or empty
    hall LowCardinality(String),
    item LowCardinality(String),
    department LowCardinality(String),
    officer LowCardinality(String),
    INDEX by_occurred occurred TYPE minmax,
    INDEX by_subject subject TYPE bloom_filter(0.01)
) ENGINE = MergeTree PARTITION BY toYYYYMM(fromUnixTimestamp64Micro(recorded, 'UTC')) ORDER BY seq
SETTINGS non_replicated_deduplication_window = 1000
AS SELECT * FROM findings SETTINGS max_partitions_per_insert_block = 0;
