import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's command-line tools one after the other in one JVM: a line of JSON in, {"main": class, "arguments": […],
 * "input": text}, a line of JSON out, {"status": exit code, "output": what it printed}.
 */
public final class Tools {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a tool's exit becomes: the JVM goes on. A tool may take it for a failure and exit again: the first counts. */
    private static final class Ended extends RuntimeException {
        Ended() {
            super("exit", null, false, false);
        }
    }

    private static Integer exitStatus;

    public static void main(String[] none) throws Exception {
        Exit.Procedure end = (status, message) -> {
            if (message != null) System.err.println(message);
            if (exitStatus == null) exitStatus = status;
            throw new Ended();
        };
        Exit.setExitProcedure(end);
        Exit.setHaltProcedure(end);
        PrintStream answers = System.out;
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = tasks.readLine(); line != null; line = tasks.readLine()) {
            JsonNode task = JSON.readTree(line);
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            PrintStream output = new PrintStream(printed, true, StandardCharsets.UTF_8);
            System.setOut(output);
            System.setErr(output);
            System.setIn(new ByteArrayInputStream(task.path("input").asText().getBytes(StandardCharsets.UTF_8)));
            int status = run(task);
            output.flush();
            answers.println(JSON.writeValueAsString(Map.of("status", status, "output", printed.toString(StandardCharsets.UTF_8))));
            answers.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private static int run(JsonNode task) {
        exitStatus = null;
        List<String> arguments = new ArrayList<>();
        task.get("arguments").forEach(each -> arguments.add(each.asText()));
        try {
            Class<?> tool = Class.forName(task.get("main").asText());
            // Some of them print with Scala's Console, which has its own idea of where that goes.
            scala.Console$.MODULE$.setOutDirect(System.out);
            scala.Console$.MODULE$.setErrDirect(System.err);
            tool.getMethod("main", String[].class).invoke(null, (Object) arguments.toArray(String[]::new));
        } catch (InvocationTargetException thrown) {
            if (!(thrown.getCause() instanceof Ended)) {
                thrown.getCause().printStackTrace(System.err);
                return 1;
            }
        } catch (ReflectiveOperationException wrong) {
            wrong.printStackTrace(System.err);
            return 1;
        }
        return exitStatus == null ? 0 : exitStatus;
    }
}
