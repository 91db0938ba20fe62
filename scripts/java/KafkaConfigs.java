import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kafka.server.DynamicBrokerConfig$;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.coordinator.group.GroupConfig;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.config.ConfigSynonym;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;

/**
 * Prints src/cluster/state/data/configs.json: every topic, broker and group config as Apache Kafka itself defines it.
 * Run with the jars of kafka_2.13 on the class path: java -cp 'jars/*' KafkaConfigs.java
 */
public class KafkaConfigs {
    public static void main(String[] arguments) {
        System.out.println("{\n  \"kafkaVersion\": " + quote(AppInfoParser.getVersion()) + ",");
        System.out.println("  \"topic\": " + list(LogConfig.configDefCopy(), "topic") + ",");
        System.out.println("  \"broker\": " + list(AbstractKafkaConfig.CONFIG_DEF, "broker") + ",");
        System.out.println("  \"group\": " + list(GroupConfig.configDef(), "group") + "\n}");
    }

    private static String list(ConfigDef definitions, String kind) {
        List<String> rows = new ArrayList<>();
        for (ConfigKey key : new TreeMap<>(definitions.configKeys()).values()) {
            if (!key.internalConfig) rows.add("    " + row(key, kind));
        }
        return "[\n" + String.join(",\n", rows) + "\n  ]";
    }

    private static String row(ConfigKey key, String kind) {
        StringBuilder row = new StringBuilder("{\"name\":" + quote(key.name) + ",\"type\":" + quote(key.type.name()));
        Object value = key.defaultValue;
        if (value != ConfigDef.NO_DEFAULT_VALUE && value != null) {
            row.append(",\"default\":").append(quote(ConfigDef.convertToString(value, key.type)));
        }
        if (key.validator != null) row.append(",\"valid\":").append(quote(key.validator.toString()));
        String mode = DynamicBrokerConfig$.MODULE$.dynamicConfigUpdateModes().get(key.name);
        if (kind.equals("broker") && mode != null && !mode.equals("read-only")) {
            row.append(",\"dynamic\":").append(quote(mode));
        }
        List<ConfigSynonym> synonyms = ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.get(key.name);
        if (kind.equals("topic") && synonyms != null) {
            List<String> names = synonyms.stream().map(synonym -> quote(synonym.name())).toList();
            row.append(",\"synonyms\":[").append(String.join(",", names)).append("]");
        }
        String documentation = key.documentation == null ? "" : key.documentation;
        return row.append(",\"documentation\":").append(quote(documentation)).append("}").toString();
    }

    private static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char character : text.toCharArray()) {
            switch (character) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> {
                    boolean isPlain = character >= 32 && character <= 126;
                    quoted.append(isPlain ? String.valueOf(character) : String.format("\\u%04x", (int) character));
                }
            }
        }
        return quoted.append('"').toString();
    }
}
