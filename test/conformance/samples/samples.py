"""The Python samples of the lessons, made runnable:

    samples.py NAME BOOTSTRAP < SAMPLE

It prints what came of it as one line of JSON.
"""

import json
import sqlite3
import sys
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition

name, brokers = sys.argv[1], sys.argv[2].split(",")
sample = compile(sys.stdin.read(), name, "exec")
scope = {"KafkaConsumer": KafkaConsumer, "KafkaProducer": KafkaProducer, "brokers": brokers, "time": time}


def tombstone():
    producer = KafkaProducer(bootstrap_servers=brokers)
    exec(sample, {**scope, "producer": producer})
    producer.close()
    return {}


def durable_producer():
    ran = dict(scope)
    exec(sample, ran)
    ran["producer"].close()
    return {"acks": ran["producer"].config["acks"], "offset": ran["placed"].offset}


def commit_batch():
    handled = []
    wanted = count_records("orders")
    deadline = time.monotonic() + 60

    def running():
        return len(handled) < wanted and time.monotonic() < deadline

    exec(sample, {**scope, "handle": lambda record: handled.append(record.offset), "running": running})
    return {"left": wanted - len(handled)}


def count_records(topic):
    """Other samples write there too, and a poll may bring what one leader has before another has answered."""
    consumer = KafkaConsumer(bootstrap_servers=brokers)
    partitions = [TopicPartition(topic, partition) for partition in consumer.partitions_for_topic(topic)]
    ends = consumer.end_offsets(partitions)
    consumer.close()
    return sum(ends.values())


def one_transaction():
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE processed_events (event_id TEXT PRIMARY KEY)")
    database.execute("CREATE TABLE effects (event_id TEXT)")
    database.commit()
    crashes = ["power cut"]

    def apply(connection, event):
        if crashes:
            raise RuntimeError(crashes.pop())
        connection.execute("INSERT INTO effects (event_id) VALUES (?)", (event["id"],))

    ran = {"apply": apply}
    exec(sample, ran)
    failures = 0
    # Delivered three times each; the very first delivery dies between the note and its effect.
    for event in [{"id": "a"}, {"id": "b"}] * 3:
        try:
            ran["handle"](database, event)
        except RuntimeError:
            failures += 1
    effects = [row[0] for row in database.execute("SELECT event_id FROM effects ORDER BY rowid")]
    return {"failures": failures, "effects": effects}


programs = {
    "python-tombstone": tombstone,
    "python-durable-producer": durable_producer,
    "python-commit-batch": commit_batch,
    "python-one-transaction": one_transaction,
}
print(json.dumps(programs[name]()))
