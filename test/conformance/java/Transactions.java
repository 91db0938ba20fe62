import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;

/** The transactional commands of the conformance scenarios. */
final class Transactions {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final int ACCOUNTS = 10;

    private final JsonNode task;
    private final String topic;
    private final String group;
    private final Properties connection;

    Transactions(JsonNode task, Properties connection) {
        this.task = task;
        this.topic = task.path("topic").asText();
        this.group = task.path("group").asText();
        this.connection = connection;
    }

    /** Three records with an offset are committed, two are taken back, one is committed by a successor that fences. */
    Object transact() throws Exception {
        boolean isFenced = false;
        try (KafkaProducer<String, String> first = producer()) {
            first.initTransactions();
            first.beginTransaction();
            for (int index = 0; index < 3; index++) first.send(record("committed " + index));
            commitOffset(first, 3);
            first.commitTransaction();
            first.beginTransaction();
            for (int index = 0; index < 2; index++) first.send(record("aborted " + index));
            // What was not sent yet would not be aborted but dropped.
            first.flush();
            commitOffset(first, 5);
            first.abortTransaction();
            first.beginTransaction();
            first.send(record("left open")).get();
            try (KafkaProducer<String, String> second = producer()) {
                second.initTransactions();
                second.beginTransaction();
                second.send(record("committed 3"));
                second.commitTransaction();
            }
            try {
                first.commitTransaction();
            } catch (ProducerFencedException expected) {
                isFenced = true;
            }
        }
        return Map.of("fenced", isFenced, "offsets", committedOffsets());
    }

    /** Moves money until enough transfers are acknowledged, whatever happens to the brokers meanwhile. */
    Object transfers() throws Exception {
        List<Integer> committed = new ArrayList<>();
        List<Integer> aborted = new ArrayList<>();
        KafkaProducer<String, String> producer = initialized();
        for (int id = 0; committed.size() < task.get("count").asInt(); id++) {
            Thread.sleep(task.get("paceMs").asInt());
            try {
                producer.beginTransaction();
                int amount = 1 + id % 7;
                producer.send(entry("account-" + id % ACCOUNTS, id, -amount));
                producer.send(entry("account-" + (id + 3) % ACCOUNTS, id, amount));
                commitOffset(producer, id + 1);
                if (id % 10 == 9) {
                    producer.abortTransaction();
                    aborted.add(id);
                } else {
                    producer.commitTransaction();
                    committed.add(id);
                }
            } catch (KafkaException unknown) {
                // Nobody knows how it ended: a new life of the same id ends it.
                producer.close(Duration.ZERO);
                producer = initialized();
            }
        }
        producer.close();
        return Map.of("committed", committed, "aborted", aborted, "values", readLedger(), "offsets", committedOffsets());
    }

    private KafkaProducer<String, String> initialized() throws Exception {
        for (;;) {
            KafkaProducer<String, String> producer = producer();
            try {
                producer.initTransactions();
                return producer;
            } catch (KafkaException again) {
                producer.close(Duration.ZERO);
            }
        }
    }

    private List<String> readLedger() {
        Properties options = with(Map.of(
            "key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer",
            "value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer",
            "isolation.level", "read_committed"
        ));
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(options)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(each -> new TopicPartition(topic, each.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long deadline = System.nanoTime() + WAIT.toNanos();
            while (System.nanoTime() < deadline && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(200))) values.add(each.value());
            }
        }
        return values;
    }

    private Map<String, Long> committedOffsets() throws Exception {
        Map<String, Long> offsets = new TreeMap<>();
        try (Admin admin = Admin.create(connection)) {
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
                .forEach((partition, offset) -> offsets.put(String.valueOf(partition.partition()), offset.offset()));
        }
        return offsets;
    }

    private void commitOffset(KafkaProducer<String, String> producer, long offset) {
        TopicPartition partition = new TopicPartition(topic, 0);
        producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(offset)), new ConsumerGroupMetadata(group));
    }

    private ProducerRecord<String, String> record(String value) {
        return new ProducerRecord<>(topic, 0, "key", value);
    }

    private ProducerRecord<String, String> entry(String account, int id, int delta) {
        return new ProducerRecord<>(topic, account, id + ":" + delta);
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(with(Map.of(
            "key.serializer", "org.apache.kafka.common.serialization.StringSerializer",
            "value.serializer", "org.apache.kafka.common.serialization.StringSerializer",
            "transactional.id", task.get("transactionalId").asText(),
            "transaction.timeout.ms", task.path("transactionTimeoutMs").asText("60000"),
            "max.block.ms", "20000",
            "delivery.timeout.ms", "15000",
            "request.timeout.ms", "5000"
        )));
    }

    private Properties with(Map<String, String> more) {
        Properties options = new Properties();
        options.putAll(connection);
        options.putAll(new HashMap<>(more));
        return options;
    }
}
