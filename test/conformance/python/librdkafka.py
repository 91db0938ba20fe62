"""
Transactions by librdkafka itself, through ctypes: three records with an offset are committed, two are taken back, one is
committed by a successor that fences. Prints the outcome as one line of JSON; scenarios.ts says what is expected.
"""
import ctypes
import json
import sys

TIMEOUT_MS = 30_000
PRODUCER = 0
PAYLOAD_COPY = 2
FENCED = {-144, 47, 90}  # RD_KAFKA_RESP_ERR__FENCED, INVALID_PRODUCER_EPOCH, PRODUCER_FENCED

library = ctypes.CDLL("librdkafka.so.1")
pointer = ctypes.c_void_p
for name, result, arguments in [
    ("rd_kafka_conf_new", pointer, []),
    ("rd_kafka_conf_set", ctypes.c_int, [pointer, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t]),
    ("rd_kafka_new", pointer, [ctypes.c_int, pointer, ctypes.c_char_p, ctypes.c_size_t]),
    ("rd_kafka_topic_new", pointer, [pointer, ctypes.c_char_p, pointer]),
    (
        "rd_kafka_produce",
        ctypes.c_int,
        [pointer, ctypes.c_int32, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, pointer, ctypes.c_size_t, pointer],
    ),
    ("rd_kafka_flush", ctypes.c_int, [pointer, ctypes.c_int]),
    ("rd_kafka_init_transactions", pointer, [pointer, ctypes.c_int]),
    ("rd_kafka_begin_transaction", pointer, [pointer]),
    ("rd_kafka_commit_transaction", pointer, [pointer, ctypes.c_int]),
    ("rd_kafka_abort_transaction", pointer, [pointer, ctypes.c_int]),
    ("rd_kafka_send_offsets_to_transaction", pointer, [pointer, pointer, pointer, ctypes.c_int]),
    ("rd_kafka_consumer_group_metadata_new", pointer, [ctypes.c_char_p]),
    ("rd_kafka_topic_partition_list_new", pointer, [ctypes.c_int]),
    ("rd_kafka_topic_partition_list_add", pointer, [pointer, ctypes.c_char_p, ctypes.c_int32]),
    (
        "rd_kafka_topic_partition_list_set_offset",
        ctypes.c_int,
        [pointer, ctypes.c_char_p, ctypes.c_int32, ctypes.c_int64],
    ),
    ("rd_kafka_committed", ctypes.c_int, [pointer, pointer, ctypes.c_int]),
    ("rd_kafka_error_code", ctypes.c_int, [pointer]),
    ("rd_kafka_error_string", ctypes.c_char_p, [pointer]),
]:
    function = getattr(library, name)
    function.restype = result
    function.argtypes = arguments


def check(error):
    if error:
        raise RuntimeError(library.rd_kafka_error_string(error).decode())


class Producer:
    def __init__(self, task):
        self.task = task
        problem = ctypes.create_string_buffer(512)
        configuration = library.rd_kafka_conf_new()
        for key, value in [
            ("bootstrap.servers", task["bootstrap"]),
            ("transactional.id", task["transactionalId"]),
        ]:
            library.rd_kafka_conf_set(configuration, key.encode(), value.encode(), problem, len(problem))
        self.handle = library.rd_kafka_new(PRODUCER, configuration, problem, len(problem))
        if not self.handle:
            raise RuntimeError(problem.value.decode())
        check(library.rd_kafka_init_transactions(self.handle, TIMEOUT_MS))
        self.topic = library.rd_kafka_topic_new(self.handle, task["topic"].encode(), None)

    def begin(self):
        check(library.rd_kafka_begin_transaction(self.handle))

    def send(self, value):
        payload = value.encode()
        library.rd_kafka_produce(self.topic, 0, PAYLOAD_COPY, payload, len(payload), None, 0, None)
        library.rd_kafka_flush(self.handle, TIMEOUT_MS)

    def send_offset(self, offset):
        group = library.rd_kafka_consumer_group_metadata_new(self.task["group"].encode())
        offsets = library.rd_kafka_topic_partition_list_new(1)
        name = self.task["topic"].encode()
        library.rd_kafka_topic_partition_list_add(offsets, name, 0)
        library.rd_kafka_topic_partition_list_set_offset(offsets, name, 0, offset)
        check(library.rd_kafka_send_offsets_to_transaction(self.handle, offsets, group, TIMEOUT_MS))

    def commit(self):
        check(library.rd_kafka_commit_transaction(self.handle, TIMEOUT_MS))

    def abort(self):
        check(library.rd_kafka_abort_transaction(self.handle, TIMEOUT_MS))


def transact(task):
    first = Producer(task)
    first.begin()
    for index in range(3):
        first.send(f"committed {index}")
    first.send_offset(3)
    first.commit()
    first.begin()
    for index in range(2):
        first.send(f"aborted {index}")
    first.send_offset(5)
    first.abort()
    first.begin()
    first.send("left open")
    second = Producer(task)
    second.begin()
    second.send("committed 3")
    second.commit()
    refusal = library.rd_kafka_commit_transaction(first.handle, TIMEOUT_MS)
    return {"fenced": bool(refusal) and library.rd_kafka_error_code(refusal) in FENCED}


print(json.dumps(transact(json.loads(sys.argv[1]))))
