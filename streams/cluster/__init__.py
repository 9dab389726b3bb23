"""The cluster size: the same supervision, once for each partition of a Kafka topic (decision 0040)."""
