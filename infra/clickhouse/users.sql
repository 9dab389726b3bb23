-- Who may do what on the ClickHouse server of Sundial. Run once by an administrator:
--     clickhouse-client --multiquery < infra/clickhouse/users.sql
-- and set both passwords afterwards (they do not belong into a file of the repository):
--     ALTER USER sundial IDENTIFIED WITH sha256_password BY '...';
--     ALTER USER grafana IDENTIFIED WITH sha256_password BY '...';

CREATE DATABASE IF NOT EXISTS sundial ENGINE = Atomic;

-- The program. Its batches are whole and their answer has to mean "stored": nothing may be collected and written later.
CREATE SETTINGS PROFILE IF NOT EXISTS sundial_program SETTINGS
    async_insert = 0,                   -- on by default in current versions
    insert_deduplicate = 1,             -- a batch that is sent again inserts nothing
    max_execution_time = 300,           -- a rebuild's longest statement; the wall's takes well under a second
    max_memory_usage = 8000000000,
    max_partitions_per_insert_block = 0; -- one statement of a migration copies the months of many years

CREATE ROLE IF NOT EXISTS sundial_program SETTINGS PROFILE 'sundial_program';
-- ALTER: migrations and retention; CREATE, DROP, TRUNCATE: rebuilding beside the live tables, then EXCHANGE.
GRANT SELECT, INSERT, ALTER, CREATE TABLE, DROP TABLE, TRUNCATE, CREATE DATABASE ON sundial.* TO sundial_program;
GRANT SELECT ON system.tables TO sundial_program;
GRANT SELECT ON system.columns TO sundial_program;
GRANT SELECT ON system.processes TO sundial_program; -- an insert of its own that is still under way
GRANT CLUSTER ON *.* TO sundial_program;             -- ON CLUSTER, with replicas only

CREATE USER IF NOT EXISTS sundial IDENTIFIED WITH no_password HOST NONE DEFAULT ROLE sundial_program;
GRANT sundial_program TO sundial;

-- Grafana, and people who look. They read, within bounds, and can neither write nor slow the wall down for long.
CREATE SETTINGS PROFILE IF NOT EXISTS sundial_reader SETTINGS
    readonly = 2,                       -- 1 would also forbid the settings that Grafana sends with each question
    final = 1,                          -- current rows only, also for who does not know of FINAL
    max_execution_time = 30 MAX 60,     -- seconds
    max_memory_usage = 2000000000 MAX 2000000000,
    max_result_rows = 100000 MAX 1000000,
    max_threads = 2 MAX 4,
    priority = 10,                      -- the program's questions go first
    max_concurrent_queries_for_user = 8;

CREATE ROLE IF NOT EXISTS sundial_reader SETTINGS PROFILE 'sundial_reader';
GRANT SELECT ON sundial.* TO sundial_reader;

CREATE QUOTA IF NOT EXISTS sundial_reader KEYED BY user_name
    FOR INTERVAL 1 minute MAX queries = 600, execution_time = 120 TO sundial_reader;

CREATE USER IF NOT EXISTS grafana IDENTIFIED WITH no_password HOST NONE DEFAULT ROLE sundial_reader;
GRANT sundial_reader TO grafana;

-- Nobody enters before an administrator has set a password and opened a network, for example:
--     ALTER USER sundial HOST IP '10.20.0.0/16';
--     ALTER USER grafana HOST IP '10.20.30.0/24';
