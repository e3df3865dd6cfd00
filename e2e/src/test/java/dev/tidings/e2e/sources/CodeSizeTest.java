package dev.tidings.e2e.sources;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * How large files and packages may be. What is larger than the rule is listed with a limit of its
 * own, which may only fall: a file or a package that no longer needs its limit leaves the list.
 */
class CodeSizeTest {
  private static final int LINES = 300;
  private static final int FILES = 12;

  private static final Map<String, Integer> LARGE_FILES =
      Map.ofEntries(
          entry("bench.provider.PushConnection", 340),
          entry("device.DeviceOptions", 310),
          entry("http.exchange.OpenExchange", 340),
          entry("http.http1.Http1Session", 331),
          entry("http.http2.Http2Session", 320),
          entry("ingest.IngestApi", 420),
          entry("ingest.audit.Audit", 310),
          entry("ingest.rest.GetTrace", 330),
          entry("ingest.send.SendFields", 420),
          entry("ingest.trace.TraceFinder", 320),
          entry("ingest.webhook.WebhookSender", 320),
          entry("node.deliver.DeliveryPartition", 460),
          entry("node.deliver.Partitions", 340),
          entry("node.deliver.Sender", 340),
          entry("node.device.DeviceInbox", 390),
          entry("node.device.DeviceSession", 440),
          entry("node.flow.Flow", 340),
          entry("node.log.DeliveryReader", 330),
          entry("node.log.write.LogWriter", 310),
          entry("node.mqtt.connection.DeviceConnection", 350),
          entry("node.mqtt.dispatch.PacketDispatcher", 390),
          entry("node.register.TokenRegistrar", 400),
          entry("node.replay.LogScan", 320),
          entry("node.replay.ordered.OrderRuns", 340),
          entry("node.table.DeviceTable", 370),
          entry("node.transport.MqttFront", 320),
          entry("node.transport.PendingConnections", 320),
          entry("streams.broadcast.BroadcastProcessor", 380),
          entry("streams.broadcast.FanOut", 320),
          entry("streams.resolve.UnknownTokens", 380),
          entry("streams.resolve.WaitingRoom", 360));
  private static final Map<String, Integer> LARGE_PACKAGES =
      Map.ofEntries(
          entry("auth.device.jwt", 13),
          entry("auth.provider", 14),
          entry("bench.cli", 20),
          entry("bench.device", 13),
          entry("bench.run", 20),
          entry("control.decide", 14),
          entry("device", 13),
          entry("infra.chaos", 14),
          entry("infra.ledger", 13),
          entry("infra.process", 13),
          entry("ingest", 27),
          entry("ingest.accept", 13),
          entry("ingest.admin.entry", 15),
          entry("ingest.receipts", 21),
          entry("ingest.rest", 17),
          entry("ingest.send", 17),
          entry("ingest.trace.table", 13),
          entry("ingest.webhook", 14),
          entry("net.tls", 14),
          entry("node.deliver", 20),
          entry("node.log.write", 15),
          entry("node.mqtt.connection", 17),
          entry("node.register", 18),
          entry("node.replay", 16),
          entry("node.transport", 15),
          entry("provider", 21),
          entry("schemas.topic", 20),
          entry("schemas.value", 24),
          entry("service.config", 14),
          entry("service.kafka", 17),
          entry("streams.broadcast", 20));

  private static final Map<String, Text> MAIN =
      Text.named(".java").stream()
          .filter(file -> file.path().contains("/src/main/java/dev/tidings/"))
          .filter(file -> !file.fileName().equals("package-info.java"))
          .collect(Collectors.toMap(Text::path, file -> file));

  private static final String ARCHITECTURE =
      Text.named("architecture.md").stream()
          .filter(page -> page.path().equals("docs/architecture.md"))
          .map(Text::content)
          .collect(Collectors.joining());

  @Test
  void no_file_is_longer_than_it_may_be() {
    Map<String, Integer> lines = new TreeMap<>();
    MAIN.forEach((path, file) -> lines.put(className(path), (int) file.content().lines().count()));

    assertWithin(lines, LARGE_FILES, LINES);
  }

  @Test
  void no_package_has_more_files_than_it_may_have() {
    Map<String, Integer> files = new TreeMap<>();
    MAIN.keySet().forEach(path -> files.merge(packageName(path), 1, Integer::sum));

    assertWithin(files, LARGE_PACKAGES, FILES);
  }

  @Test
  void the_largest_of_both_are_documented() {
    assertThat(ARCHITECTURE)
        .contains(largest("The longest file is `%s`, which may have %d lines", LARGE_FILES))
        .contains(largest("the largest package is `%s`, which may have %d files", LARGE_PACKAGES));
  }

  private static String largest(String sentence, Map<String, Integer> limits) {
    Map.Entry<String, Integer> most =
        limits.entrySet().stream()
            .max(
                Map.Entry.<String, Integer>comparingByValue()
                    .thenComparing(Map.Entry.comparingByKey()))
            .orElseThrow();
    return sentence.formatted(most.getKey(), most.getValue());
  }

  private static void assertWithin(
      Map<String, Integer> sizes, Map<String, Integer> exceptions, int rule) {
    assertThat(sizes)
        .allSatisfy((name, size) -> {
          assertThat(size).as(name).isLessThanOrEqualTo(exceptions.getOrDefault(name, rule));
        });
    assertThat(exceptions.keySet())
        .as("exceptions that are needed")
        .allMatch(name -> sizes.getOrDefault(name, 0) > rule);
  }

  private static String className(String path) {
    return path.substring(path.indexOf("/dev/tidings/") + "/dev/tidings/".length())
        .replace(".java", "")
        .replace('/', '.');
  }

  private static String packageName(String path) {
    String name = className(path);
    return name.substring(0, name.lastIndexOf('.'));
  }
}
