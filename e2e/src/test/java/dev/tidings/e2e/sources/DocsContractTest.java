package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.stack.Checkout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documents say of the code is so, and they say all of it that they are to say. */
class DocsContractTest {
  private static final Path ROOT = Checkout.find().root();

  private static final Map<String, Text> PAGES =
      Text.named(".md").stream().collect(Collectors.toMap(Text::path, Function.identity()));

  private static final Sources SOURCES =
      Sources.of(Text.named(".java", ".ts", ".avsc", "pom.xml", "maven.config"));

  private static final Text OPERATIONS = PAGES.get("docs/operations.md");

  private static final Map<String, String> SERVICES =
      Map.of(
          "ingest-api", "dev.tidings.ingest.IngestApi",
          "streams-processor", "dev.tidings.streams.StreamsProcessor",
          "delivery-node", "dev.tidings.node.DeliveryNode");

  /** They tell what was: what they name may have gone since. */
  private static final Set<String> HISTORY =
      Set.of("docs/CHANGELOG.md", "docs/performance-diary.md");

  /** Of Error Prone, Netty and Kafka; and a reason that Apple does not have, and so we neither. */
  private static final Set<String> TYPES_OF_OTHERS =
      Set.of(
          "ArrayRecordComponent",
          "FutureReturnValueIgnored",
          "NullAway",
          "RequireExplicitNullMarking",
          "StandardAuthorizer",
          "Http2ConnectionHandler",
          "ConfigDef",
          "DescribeConfigs",
          "DescribeGroups",
          "UriTooLong");

  /** Of Kafka and FCM, topics, and what is made of a setting to explain how. */
  private static final Set<String> SETTINGS_OF_OTHERS =
      Set.of(
          "acceptable.recovery.lag",
          "advertised.listeners",
          "android.priority",
          "android.ttl",
          "allow.everyone.if.no.acl.found",
          "broker.session.timeout.ms",
          "buffer.memory",
          "max.block.ms",
          "max.request.size",
          "max.task.idle.ms",
          "message.condition",
          "message.data",
          "message.notification",
          "message.token",
          "message.topic",
          "metadata.max.idle.ms",
          "offsets.retention.minutes",
          "payload.aps.alert",
          "session.timeout.ms",
          "transaction.max.timeout.ms",
          "kafka.acceptable.recovery.lag",
          "kafka.main.consumer.session.timeout.ms",
          "kafka.partitioner.class",
          "kafka.probing.rebalance.interval.ms",
          "tidings.control-app-value",
          "tidings.control-provider-key-value",
          "tidings.notifications",
          "tidings.notifications-value",
          "tidings.receipts",
          "staging.tidings.notifications",
          "staging.tidings.notifications-value",
          "staging.tidings-inbox",
          "staging.tidings-streams-processor-waiting-changelog",
          "a.b-c",
          "a.b.c");

  private static Stream<Text> pages() {
    return PAGES.values().stream().filter(page -> !HISTORY.contains(page.path()));
  }

  @Test
  void every_class_and_every_test_that_a_page_names_is_there() {
    assertThat(pages().flatMap(page -> Pages.unknownTypes(page, SOURCES, TYPES_OF_OTHERS).stream()))
        .isEmpty();
  }

  @Test
  void every_setting_that_a_page_names_is_there() throws Exception {
    Set<String> settings = new HashSet<>();
    for (String service : SERVICES.keySet()) {
      settings.addAll(Pages.rows(settingsOf(service)).keySet());
    }

    assertThat(
            pages()
                .flatMap(page ->
                    Pages.unknownSettings(page, SOURCES, settings, SETTINGS_OF_OTHERS).stream()))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ingest-api", "streams-processor", "delivery-node"})
  void the_table_of_settings_is_the_one_that_the_service_prints(String service) throws Exception {
    assertThat(Pages.wrongSettings(OPERATIONS, "### " + service, settingsOf(service))).isEmpty();
  }

  @Test
  void every_meter_that_a_page_names_is_made_and_every_one_made_is_documented() {
    assertThat(SOURCES.meters()).hasSizeGreaterThan(50);
    assertThat(
            Stream.concat(
                pages().flatMap(page -> Pages.unknownMeters(page, SOURCES).stream()),
                Pages.missingMeters(OPERATIONS, SOURCES).stream()))
        .isEmpty();
  }

  @Test
  void every_link_leads_somewhere() {
    assertThat(
            PAGES.values().stream()
                .flatMap(page ->
                    Pages.brokenLinks(page, PAGES, path -> Files.exists(ROOT.resolve(path)))
                        .stream()))
        .isEmpty();
  }

  @Test
  void no_name_is_excepted_that_no_page_has() {
    Set<String> unused = new TreeSet<>(TYPES_OF_OTHERS);
    unused.addAll(SETTINGS_OF_OTHERS);
    unused.removeIf(name -> pages().anyMatch(page -> page.content().contains("`" + name)));
    unused.removeIf(name -> pages().anyMatch(page -> page.content().contains(name + "`")));

    assertThat(unused).isEmpty();
  }

  private static String settingsOf(String service) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SERVICES.get(service),
                    "--print-settings"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    String table = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(service).isZero();
    return table;
  }
}
