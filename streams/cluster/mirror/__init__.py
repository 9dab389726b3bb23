"""A copy of what Kafka holds, in the order of knowledge: what sink and API read (decision 0047)."""
