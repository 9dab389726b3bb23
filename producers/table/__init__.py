"""Tables of other systems (CSV, XLSX, XES) as case events, by a mapping; see docs/import-table.md."""
