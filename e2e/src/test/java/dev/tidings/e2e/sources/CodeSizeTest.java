package dev.tidings.e2e.sources;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * How large files and packages may be. What is larger than the rule is listed with a limit of its
 * own, which may only fall, and the reason: a file or a package that no longer needs its limit
 * leaves the list.
 */
class CodeSizeTest {
  /** How large one of them may be, and why it is not two. */
  private record Allowed(int size, String reason) {}

  private static final int LINES = 300;
  private static final int FILES = 12;

  private static final Map<String, Allowed> LARGE_FILES =
      allowed(
          """
          bench.provider.PushConnection | 340 | one codec: frames are read and written where their state is
          device.DeviceOptions | 310 | an option is a field, a setter and its Javadoc; nothing else is in it
          http.exchange.OpenExchange | 340 | one object for each request in progress, not two
          http.http1.Http1Session | 331 | one state machine: what may come next depends on all of it
          http.http2.Http2Session | 320 | one state machine: streams and their connection share flow control
          ingest.IngestApi | 450 | in what order everything starts is to be read in one place
          ingest.audit.Audit | 310 | one thread's loop, and what it does about each failure
          ingest.rest.GetTrace | 350 | three operations begin with the same search and its forwarding
          ingest.send.SendFields | 420 | a member of a notification is a field, a case and its check
          ingest.trace.TraceFinder | 320 | one search whose order of steps is the point
          ingest.webhook.WebhookSender | 320 | one thread's loop, and what it does about each failure
          node.deliver.DeliveryPartition | 460 | puts a partition together of all its parts, and is their one door
          node.deliver.Partitions | 340 | one life cycle: acquired, fenced, read, lost
          node.deliver.Sender | 340 | the one place that decides the order of a device's notifications
          node.device.DeviceInbox | 390 | one object for each of hundreds of thousands of devices, not two
          node.device.DeviceSession | 440 | one object for each connected device, not two
          node.flow.Flow | 340 | one object for each connection, not two
          node.log.DeliveryReader | 330 | one thread, its turns, and what others ask of it
          node.log.write.LogWriter | 310 | one thread, its queue, and what may follow a write
          node.mqtt.connection.DeviceConnection | 350 | one object for each connection, not two
          node.mqtt.dispatch.PacketDispatcher | 390 | a kind of packet is a method; they share the connection's state
          node.register.TokenRegistrar | 400 | steps that share one order, to be repaired after a crash between any two
          node.replay.LogScan | 320 | two passes over a span share how a turn reads
          node.replay.ordered.OrderRuns | 340 | the state of all orders of a partition, and their turns
          node.settle.Settlement | 310 | every way in which a delivery ends, each with its receipt
          node.table.DeviceTable | 390 | one table: reads wait for what writes have not finished
          node.transport.MqttFront | 320 | puts the listeners together: TCP, TLS, WebSocket and both
          node.transport.PendingConnections | 320 | one set of connections under one lock
          service.installation.Installation | 310 | one thread follows what other processes record, and judges it
          streams.broadcast.BroadcastProcessor | 380 | all that happens to a broadcast goes through here
          streams.broadcast.FanOut | 320 | one slice at a time: what is written and what is saved have one order
          streams.resolve.UnknownTokens | 400 | one life: waits, resolved or ended, and each write of it
          streams.resolve.WaitingRoom | 360 | one store and its index in memory, which must agree
          """);
  private static final Map<String, Allowed> LARGE_PACKAGES =
      allowed(
          """
          auth.device.jwt | 14 | issuers by file, address or entry, behind one directory
          auth.provider | 15 | the decision on a provider and the values that it consists of
          bench.cli | 22 | a command is a file
          bench.device | 13 | the fleet's device, by layers that share the packet buffers
          bench.provider | 13 | a way in by which notifications come is a file or two, beside what they share
          bench.run | 21 | a scenario is a file, beside what all of them read
          control.decide | 14 | a kind of entry is a file
          device | 13 | the public API of an artifact is one package
          infra.chaos | 14 | a kind of failure needs its hands, all of them one experiment
          infra.ledger | 13 | the records of one account, most of a few lines
          ingest | 28 | puts the service together: a file for each part that starts and stops
          ingest.accept | 14 | the one path into the log and the values that it takes
          ingest.admin | 15 | one port: who may use it, and what every operation of it shares
          ingest.admin.entry | 15 | a kind of entry is a file
          ingest.receipts | 20 | one stream of receipts: source, places, and both ways to read it
          ingest.rest | 16 | an operation is a class, beside what operations share
          ingest.send | 17 | the reading of one request and its answers, also for streams of them
          ingest.trace.table | 13 | one topology: its processors and the values that it stores
          ingest.webhook | 14 | one sender and what it needs for a request, a place, an outcome
          net.tls | 14 | the contents of files, contexts and their reloading belong together
          node.deliver | 20 | a partition is confined to one loop: what shares its state is here
          node.log.write | 15 | one writer, and a file for each reason to write again
          node.mqtt.connection | 17 | a phase of CONNECT is a file
          node.register | 18 | registration, its limits and its tables; most files are small
          node.replay | 17 | one replay: its span, its pace, its reading, its end
          node.transport | 15 | a listener or a pipeline is a file
          provider | 21 | the public API of an artifact is one package
          schemas.topic | 20 | a kind of key is a file, beside what topics have in common
          schemas.value | 24 | a value with a rule of its own is a file
          service.config | 14 | a setting, its formats and the texts that refuse it
          service.kafka | 17 | an answer of Kafka that needs care is a file
          streams.broadcast | 20 | one broadcast from request to end: jobs, subscribers, records
          """);

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

  private static Map<String, Allowed> allowed(String rows) {
    return rows.lines()
        .map(row -> row.split(" \\| ", 3))
        .collect(toMap(row -> row[0], row -> new Allowed(Integer.parseInt(row[1]), row[2])));
  }

  private static String largest(String sentence, Map<String, Allowed> limits) {
    Map.Entry<String, Allowed> most =
        limits.entrySet().stream()
            .max(
                Map.Entry.<String, Allowed>comparingByValue(comparingInt(Allowed::size))
                    .thenComparing(Map.Entry.comparingByKey()))
            .orElseThrow();
    return sentence.formatted(most.getKey(), most.getValue().size());
  }

  private static void assertWithin(
      Map<String, Integer> sizes, Map<String, Allowed> exceptions, int rule) {
    var byRule = new Allowed(rule, "the rule");
    assertThat(sizes)
        .allSatisfy((name, size) -> {
          assertThat(size)
              .as(name)
              .isLessThanOrEqualTo(exceptions.getOrDefault(name, byRule).size());
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
