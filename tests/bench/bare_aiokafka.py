"""A loop over aiokafka's `getmany` that decodes, counts the events of each subject and commits; the counts are in
memory, and lost with the process.

    python -m tests.bench.bare_aiokafka BOOTSTRAP TOPIC GROUP COUNT

Prints the seconds from its first event to its last, and ends.
"""

import asyncio
import sys
import time
from collections import Counter

from aiokafka import AIOKafkaConsumer

from domain.events import decode_event


async def main(bootstrap: str, topic: str, group: str, count: int) -> None:
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest"
    )  # fmt: skip
    await consumer.start()
    try:
        seen, begun = Counter[str](), 0.0
        while seen.total() < count:
            batches = await consumer.getmany(timeout_ms=500, max_records=2_000)
            begun = begun or (time.perf_counter() if batches else 0.0)
            for records in batches.values():
                for record in records:
                    seen[decode_event(record.value, 0).subject] += 1
            await consumer.commit()
        print(time.perf_counter() - begun, flush=True)
    finally:
        await consumer.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
