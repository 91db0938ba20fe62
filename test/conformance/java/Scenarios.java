import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * One command of the conformance scenarios, done by Apache Kafka's own Java client. It prints the outcome as one line
 * of JSON; scenarios.ts says what is expected.
 */
public final class Scenarios {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final JsonNode task;
    private final String topic;

    private Scenarios(JsonNode task) {
        this.task = task;
        this.topic = task.path("topic").asText();
    }

    public static void main(String[] arguments) throws Exception {
        JsonNode task = JSON.readTree(arguments[0]);
        Scenarios scenarios = new Scenarios(task);
        Object outcome = switch (task.get("command").asText()) {
            case "create" -> scenarios.create();
            case "produce" -> scenarios.produce();
            case "consume" -> scenarios.consume();
            case "group" -> scenarios.group();
            case "committed" -> scenarios.committed();
            case "admin" -> scenarios.admin();
            case "transact" -> new Transactions(task, scenarios.connection()).transact();
            case "transfers" -> new Transactions(task, scenarios.connection()).transfers();
            default -> throw new IllegalArgumentException(task.get("command").asText());
        };
        System.out.println(JSON.writeValueAsString(outcome));
    }

    private Object create() throws Exception {
        try (Admin admin = Admin.create(connection())) {
            short replicationFactor = (short) task.get("replicationFactor").asInt();
            NewTopic created = new NewTopic(topic, task.get("partitions").asInt(), replicationFactor);
            admin.createTopics(List.of(created)).all().get();
        }
        return Map.of();
    }

    private Object produce() throws Exception {
        Properties options = connection();
        options.put("key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        options.put("value.serializer", "org.apache.kafka.common.serialization.StringSerializer");
        options.put("acks", "all");
        options.put("linger.ms", "20");
        options.put("compression.type", task.get("codec").asText());
        options.put("enable.idempotence", String.valueOf(task.path("idempotent").asBoolean(false)));
        String codec = task.get("codec").asText();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(options)) {
            for (int index = 0; index < task.get("count").asInt(); index++) {
                String value = codec + " value " + index;
                sent.add(producer.send(new ProducerRecord<>(topic, task.get("partition").asInt(), codec + "-" + index, value)));
            }
        }
        for (Future<RecordMetadata> each : sent) each.get();
        return Map.of("firstOffset", sent.get(0).get().offset());
    }

    private Object consume() {
        TopicPartition partition = new TopicPartition(topic, task.get("partition").asInt());
        int count = task.get("count").asInt();
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
            consumer.assign(List.of(partition));
            long offset = task.hasNonNull("timestampMs")
                ? consumer.offsetsForTimes(Map.of(partition, task.get("timestampMs").asLong())).get(partition).offset()
                : task.get("offset").asLong();
            consumer.seek(partition, offset);
            long deadline = System.nanoTime() + WAIT.toNanos();
            while (values.size() < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> each : consumer.poll(Duration.ofMillis(500))) values.add(each.value());
            }
            return Map.of("values", values.subList(0, Math.min(count, values.size())), "firstOffset", offset);
        }
    }

    private Object group() throws Exception {
        Map<Integer, Set<Integer>> owned = new ConcurrentHashMap<>(Map.of(0, Set.of(), 1, Set.of()));
        Set<String> seen = ConcurrentHashMap.newKeySet();
        int count = task.get("count").asInt();
        boolean[] stop = {false};
        List<Thread> members = new ArrayList<>();
        for (int member = 0; member < 2; member++) {
            int self = member;
            Thread thread = new Thread(() -> runMember(self, owned, seen, stop));
            thread.start();
            members.add(thread);
        }
        long deadline = System.nanoTime() + WAIT.toNanos();
        while (System.nanoTime() < deadline) {
            int shared = owned.get(0).size() + owned.get(1).size();
            boolean isSharedOut = !owned.get(0).isEmpty() && !owned.get(1).isEmpty() && shared == task.get("partitions").asInt();
            if (isSharedOut && seen.size() >= count) break;
            Thread.sleep(50);
        }
        Object outcome = Map.of("assignments", List.of(owned.get(0), owned.get(1)), "received", seen.size());
        stop[0] = true;
        for (Thread each : members) each.join();
        return outcome;
    }

    private void runMember(int self, Map<Integer, Set<Integer>> owned, Set<String> seen, boolean[] stop) {
        Map<String, String> options = new HashMap<>();
        options.put("group.id", task.get("group").asText());
        options.put("group.protocol", task.get("protocol").asText());
        try (KafkaConsumer<String, String> consumer = consumer(options)) {
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
            });
            while (!stop[0]) {
                var polled = consumer.poll(Duration.ofMillis(200));
                Set<Integer> partitions = new TreeSet<>();
                for (TopicPartition each : consumer.assignment()) partitions.add(each.partition());
                owned.put(self, partitions);
                for (ConsumerRecord<String, String> each : polled) seen.add(each.partition() + "@" + each.offset());
                if (!polled.isEmpty()) consumer.commitSync();
            }
        }
    }

    private Object committed() throws Exception {
        Map<String, Long> offsets = new TreeMap<>();
        try (Admin admin = Admin.create(connection())) {
            String group = task.get("group").asText();
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
                .forEach((partition, offset) -> offsets.put(String.valueOf(partition.partition()), offset.offset()));
        }
        return Map.of("offsets", offsets);
    }

    private Object admin() throws Exception {
        try (Admin admin = Admin.create(connection())) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
            ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            AlterConfigOp set = new AlterConfigOp(new ConfigEntry("retention.ms", "123456"), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all().get();
            String retention = admin.describeConfigs(List.of(resource)).all().get().get(resource).get("retention.ms").value();
            int partitions = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
            boolean listed = new HashSet<>(admin.listTopics().names().get()).contains(topic);
            admin.deleteTopics(List.of(topic)).all().get();
            return Map.of("listed", listed, "partitions", partitions, "retentionMs", retention);
        }
    }

    private KafkaConsumer<String, String> consumer(Map<String, String> more) {
        Properties options = connection();
        options.put("key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
        options.put("value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer");
        options.put("enable.auto.commit", "false");
        options.put("auto.offset.reset", "earliest");
        options.put("isolation.level", task.path("isolation").asText("read_uncommitted"));
        options.putAll(more);
        return new KafkaConsumer<>(options);
    }

    private Properties connection() {
        Properties options = new Properties();
        options.put("bootstrap.servers", task.get("bootstrap").asText());
        JsonNode security = task.get("security");
        if (security != null && !security.isNull()) {
            String login = "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";";
            options.put("security.protocol", "SASL_SSL");
            options.put("sasl.mechanism", security.get("mechanism").asText());
            options.put("sasl.jaas.config", login.formatted(security.get("username").asText(), security.get("password").asText()));
            options.put("ssl.truststore.type", "PEM");
            options.put("ssl.truststore.location", security.get("ca").asText());
        }
        return options;
    }
}
