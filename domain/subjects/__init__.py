"""Subjects that are no cases: halls, windows, items, receipts, ledger sheets; fed by what concerns them."""
