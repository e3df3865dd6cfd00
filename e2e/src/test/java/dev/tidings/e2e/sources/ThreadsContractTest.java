package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every thread that a service makes has a name that the documents tell, with what happens if it
 * ends, and those with which the process ends are declared. {@code FailuresIT} looks at the threads
 * of running services, which their libraries make too.
 *
 * <p>Shows G89 of docs/guarantees.md.
 */
class ThreadsContractTest {
  private static final Map<String, List<String>> SOURCES =
      Map.of(
          "ingest-api", List.of("ingest-api/", "service/", "net/", "http/", "control/", "auth/"),
          "streams-processor", List.of("streams-processor/", "service/", "control/"),
          "delivery-node", List.of("delivery-nodes/", "service/", "net/", "control/", "auth/"));

  private static final Pattern MADE =
      Pattern.compile(
          "Thread\\.of(?:Platform|Virtual)\\(\\)|new Thread\\(|new DefaultThreadFactory\\("
              + "|Executors\\.new\\w+\\(|startVirtualThread\\(|new ScheduledThreadPoolExecutor\\("
              + "|new ThreadPoolExecutor\\(");

  /** Where the name stands as it is, and not in a parameter. */
  private static final Pattern NAMED =
      Pattern.compile(
          "\\.name\\(\\s*\"([^\"]+)\"|\"(shutdown)\"\\)"
              + "|TableReader\\.start\\(\\s*\"([^\"]+)\"|threads\\(\"([^\"]+)\"\\)"
              + "|THREAD = \"([^\"]+)\"");

  /** The same, of threads that get a number. */
  private static final Pattern NUMBERED =
      Pattern.compile(
          "daemons\\(\"([^\"]+)\"\\)|new Lookups\\(\\w+, \"([^\"]+)\""
              + "|new BlockingAnswers\\(\\s*\"([^\"]+)\"");

  private static final Pattern VITAL = Pattern.compile("lifecycle\\.vital\\(([^;]*)\\);");
  private static final Pattern LITERAL = Pattern.compile("\"([^\"]+)\"");
  private static final Pattern VITAL_OF_EACH =
      Pattern.compile("VITAL_THREADS = \\{([^}]*)}", Pattern.DOTALL);

  /** Watched by {@code KafkaThreads}, by {@code LoopWatch}, and by the code itself. */
  private static final Set<String> WATCHED_OTHERWISE =
      Set.of(
          "kafka-producer-network-thread",
          "kafka-admin-client-thread",
          "kafka-coordinator-heartbeat-thread",
          "http-loop…",
          "mqtt-loop…",
          "mqtt-accept…",
          "webhooks");

  /** Of {@code ./tidings admin}, which ends with it. */
  private static final String OF_A_COMMAND = "control names";

  private static final ThreadTable TABLE = ThreadTable.read();

  @ParameterizedTest
  @ValueSource(strings = {"ingest-api", "streams-processor", "delivery-node"})
  void every_name_that_the_code_gives_a_thread_is_documented(String service) {
    Set<String> names = new TreeSet<>();
    sources(service)
        .forEach(file -> {
          names.addAll(groups(NAMED, file.content()));
          groups(NUMBERED, file.content()).forEach(name -> names.add(name + "-1"));
        });
    assertThat(names).contains("topic-watch", "installation");
    names.remove(OF_A_COMMAND);

    // A service has some of them only: the modules that it shares with others have the rest.
    assertThat(names)
        .filteredOn(name ->
            Stream.of("ingest-api", "streams-processor", "delivery-node")
                .noneMatch(any -> TABLE.has(any, name)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest-api", "streams-processor", "delivery-node"})
  void those_with_which_the_process_ends_are_declared(String service) {
    Set<String> declared = new TreeSet<>(WATCHED_OTHERWISE);
    sources(service)
        .forEach(file -> {
          groups(VITAL, file.content()).forEach(each -> declared.addAll(groups(LITERAL, each)));
          groups(VITAL_OF_EACH, file.content())
              .forEach(each -> declared.addAll(groups(LITERAL, each)));
          if (file.content().contains("lifecycle.vital(StreamsRuns.THREAD)")) {
            declared.add("streams-runs");
          }
        });

    assertThat(declared).containsAll(TABLE.vital(service));
    declared.removeAll(WATCHED_OTHERWISE);
    assertThat(TABLE.vital(service)).containsAll(declared);
  }

  @Test
  void no_thread_is_made_without_a_name() {
    List<String> nameless =
        Stream.of("ingest-api", "streams-processor", "delivery-node")
            .flatMap(service -> sources(service).stream())
            .distinct()
            .flatMap(file ->
                MADE.matcher(file.content())
                    .results()
                    .filter(made -> !isNamed(file.content(), made.start()))
                    .map(made -> file.at(made.start())))
            .toList();

    assertThat(nameless).isEmpty();
  }

  /** Within the same statement, or by whoever is given the name. */
  private static boolean isNamed(String code, int at) {
    String statement = code.substring(at, code.indexOf(';', at));
    return statement.contains(".name(")
        || statement.contains("\"shutdown\"")
        || statement.contains("daemons(\"")
        || statement.contains("name");
  }

  private static List<Text> sources(String service) {
    return Text.named(".java").stream()
        .filter(file ->
            file.path().contains("/src/main/")
                && SOURCES.get(service).stream().anyMatch(file.path()::startsWith))
        .toList();
  }

  private static List<String> groups(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> {
          for (int group = 1; group <= match.groupCount(); group++) {
            if (match.group(group) != null) {
              return match.group(group);
            }
          }
          throw new IllegalStateException(match.group());
        })
        .toList();
  }
}
