"""One command of the conformance scenarios, done by kafka-python:

    scenarios.py '{"command": "produce", "bootstrap": "…", …}'

It prints the outcome as one line of JSON; scenarios.ts says what is expected.
"""

import json
import sys
import threading
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, NewTopic

WAIT_SECONDS = 60


def connection(task):
    options = {"bootstrap_servers": task["bootstrap"].split(",")}
    security = task.get("security")
    if security:
        options.update(
            security_protocol="SASL_SSL",
            ssl_cafile=security["ca"],
            sasl_mechanism=security["mechanism"],
            sasl_plain_username=security["username"],
            sasl_plain_password=security["password"],
        )
    return options


def create(task):
    admin = KafkaAdminClient(**connection(task))
    admin.create_topics([NewTopic(task["topic"], task["partitions"], task["replicationFactor"])])
    admin.close()
    return {}


def produce(task):
    codec = None if task["codec"] == "none" else task["codec"]
    producer = KafkaProducer(**connection(task), acks="all", compression_type=codec, linger_ms=20)
    sent = [
        producer.send(
            task["topic"],
            key=f"{task['codec']}-{index}".encode(),
            value=f"{task['codec']} value {index}".encode(),
            partition=task["partition"],
        )
        for index in range(task["count"])
    ]
    first = sent[0].get(WAIT_SECONDS).offset
    producer.close()
    return {"firstOffset": first}


def consume(task):
    consumer = KafkaConsumer(**connection(task), enable_auto_commit=False)
    partition = TopicPartition(task["topic"], task["partition"])
    consumer.assign([partition])
    offset = task.get("offset")
    if task.get("timestampMs") is not None:
        offset = consumer.offsets_for_times({partition: task["timestampMs"]})[partition].offset
    consumer.seek(partition, offset)
    values = []
    deadline = time.monotonic() + WAIT_SECONDS
    while len(values) < task["count"] and time.monotonic() < deadline:
        for records in consumer.poll(500).values():
            values += [record.value.decode() for record in records]
    consumer.close()
    return {"values": values[: task["count"]], "firstOffset": offset}


def group(task):
    owned, seen, lock, stop = {0: [], 1: []}, set(), threading.Lock(), threading.Event()

    def run(member):
        consumer = KafkaConsumer(
            task["topic"],
            **connection(task),
            group_id=task["group"],
            auto_offset_reset="earliest",
            enable_auto_commit=False,
        )
        while not stop.is_set():
            polled = consumer.poll(200)
            with lock:
                owned[member] = sorted(each.partition for each in consumer.assignment())
                for partition, records in polled.items():
                    seen.update(f"{partition.partition}@{record.offset}" for record in records)
            if polled:
                consumer.commit()
        consumer.close()

    members = [threading.Thread(target=run, args=(member,)) for member in range(2)]
    for member in members:
        member.start()
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        with lock:
            if owned[0] and owned[1] and len(owned[0] + owned[1]) == task["partitions"] and len(seen) >= task["count"]:
                break
        time.sleep(0.05)
    outcome = {"assignments": [owned[0], owned[1]], "received": len(seen)}
    stop.set()
    for member in members:
        member.join()
    return outcome


def committed(task):
    admin = KafkaAdminClient(**connection(task))
    offsets = admin.list_consumer_group_offsets(task["group"])
    admin.close()
    return {"offsets": {str(at.partition): value.offset for at, value in offsets.items()}}


def admin(task):
    client = KafkaAdminClient(**connection(task))
    client.create_topics([NewTopic(task["topic"], 2, 1)])
    resource = ConfigResource(ConfigResourceType.TOPIC, task["topic"], {"retention.ms": "123456"})
    client.alter_configs([resource])
    asked = ConfigResource(ConfigResourceType.TOPIC, task["topic"], {"retention.ms": None})
    described = client.describe_configs([asked])[0].resources[0]
    retention = {entry[0]: entry[1] for entry in described[4]}["retention.ms"]
    partitions = client.describe_topics([task["topic"]])[0]["partitions"]
    listed = task["topic"] in client.list_topics()
    client.delete_topics([task["topic"]])
    client.close()
    return {"listed": listed, "partitions": len(partitions), "retentionMs": retention}


if __name__ == "__main__":
    work = json.loads(sys.argv[1])
    print(json.dumps(globals()[work["command"]](work)))
