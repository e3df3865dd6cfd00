package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.cli.admin.AdminCommand;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/**
 * A process is killed as a crash would, and started again, while 1,000 notifications a second flow
 * to connected devices. The ledger is kept outside: what the provider was told was accepted, and
 * what each phone showed.
 *
 * <p>Shows G201 of docs/guarantees.md.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashUnderLoadIT {
  private static final int DEVICES = 20;
  private static final int RATE = 1_000;
  private static final int SECONDS = 8;
  private static final int REPLAYED = 80;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int KILL_AFTER = RATE * SECONDS / 2;

  private Pipeline pipeline;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    pipeline =
        Pipeline.start(
            PipelineOptions.in(data)
                .with(TidingsService.INGEST_API, "webhooks", "true")
                .with(TidingsService.INGEST_API, "webhooks.hosts", "localhost")
                .with(TidingsService.INGEST_API, "audit.after", "6s"));
  }

  @AfterAll
  void stop() throws Exception {
    if (pipeline != null) {
      pipeline.close();
    }
  }

  /** With requests that it has not answered yet, and notifications half-way and in flight. */
  @ParameterizedTest
  @EnumSource(TidingsService.class)
  void nothing_accepted_is_missing_or_out_of_order_after_a_service_was_killed(
      TidingsService service) throws Exception {
    survive(
        service.name().toLowerCase(Locale.ROOT),
        () -> {
          pipeline.process(service).kill();
          pipeline.restart(service);
        });
  }

  /** Everything else waits for it and goes on. */
  @Test
  void nothing_accepted_is_missing_or_out_of_order_after_the_broker_was_killed() throws Exception {
    survive(
        "broker",
        () -> {
          pipeline.stack().broker().kill();
          pipeline.stack().restartBroker();
        });
  }

  /**
   * Singles, schedules, withdrawals, broadcasts and a replay, and a webhook that is told of them;
   * each service is killed once.
   */
  @Test
  void nothing_of_a_mixture_is_missing_or_out_of_order_after_each_service_was_killed()
      throws Exception {
    List<Phone> phones = new ArrayList<>();
    List<String> history = new ArrayList<>();
    HostPort mqtt = pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt");
    String replayed;
    try (Phone phone = Phone.register(pipeline, "mixed-replayed")) {
      replayed = phone.token();
    }
    try (ReceiptHook hook = ReceiptHook.start();
        Load load = new Load(pipeline);
        Provider provider = new Provider(pipeline);
        MixedRequests requests = new MixedRequests(pipeline, "mixed");
        HistoryDevice device = HistoryDevice.connect(mqtt, "mixed-replayed")) {
      admin("team", "create", "Mixed", "--id", "MIXEDTEAM1");
      admin("app", "add", Provider.APP, "--team", "MIXEDTEAM1");
      admin("webhook", "create", "--app", Provider.APP, "--url", hook.url());
      for (int i = 0; i < DEVICES; i++) {
        phones.add(Phone.register(pipeline, "mixed-" + i));
        requests.join(phones.getLast().token());
      }
      for (int i = 0; i < REPLAYED; i++) {
        history.add(Ids.of(30, i));
        provider.deliver(replayed, history.getLast(), "{\"aps\":{}}");
      }
      await().until(() -> device.live().equals(history));
      awaitJoined(requests, phones);
      String progress =
          requests
              .send(
                  "POST",
                  "/v1/devices/mixed-replayed/replay",
                  "{\"from\":0,\"dryRun\":false,\"rate\":%d}".formatted(REPLAYED / SECONDS / 2))
              .headers()
              .firstValue("location")
              .orElseThrow();
      List<String> tokens = phones.stream().map(Phone::token).toList();
      load.start(tokens);
      requests.start(tokens);
      await().until(() -> load.sent() >= RATE);

      // The node comes first, as long as something is being replayed.
      for (TidingsService service : List.of(TidingsService.values()).reversed()) {
        pipeline.process(service).kill();
        pipeline.restart(service);
      }

      await().until(() -> load.isOver() && requests.isOver());
      Instant sent = Instant.now();
      await().atMost(PATIENCE).untilAsserted(() -> assertNothingMissing(phones, load.accepted()));
      await().atMost(PATIENCE).untilAsserted(() -> assertMixtureShown(phones, requests));
      for (Phone phone : phones) {
        assertThat(numbers(phone.shown().stream().filter(MixedRequests::isSingle).toList()))
            .isSorted();
      }
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(
              () -> requests.send("GET", progress, "").body().contains("\"state\":\"completed\""));
      assertThat(device.replayed(REPLAYED).stream().distinct().toList()).isEqualTo(history);
      load.accepted()
          .values()
          .forEach(ids ->
              await()
                  .atMost(PATIENCE)
                  .until(() -> ids.stream().allMatch(id -> hook.knows(id, "confirmed"))));
      await()
          .atMost(PATIENCE)
          .ignoreExceptions()
          .until(() -> provider.audit().until().isAfter(sent));
      assertThat(provider.audit().missing()).isEmpty();
    } finally {
      phones.forEach(Phone::close);
    }
  }

  /** Each has got a broadcast by now. */
  private static void awaitJoined(MixedRequests requests, List<Phone> phones) throws Exception {
    AtomicInteger tries = new AtomicInteger();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> {
          requests.broadcast(Ids.of(33, tries.getAndIncrement()));
          return phones.stream().noneMatch(phone -> phone.shown().isEmpty());
        });
  }

  /** What was withdrawn may have been sent in that moment: then it was taken back. */
  private static void assertMixtureShown(List<Phone> phones, MixedRequests requests) {
    assertThat(requests.scheduled()).isNotEmpty();
    assertThat(requests.withdrawn()).isNotEmpty();
    assertThat(requests.broadcasts()).isNotEmpty();
    requests
        .scheduled()
        .forEach((id, device) -> {
          Phone phone = phones.get(device);
          boolean shown = phone.shown().contains(id);
          assertThat(
                  requests.withdrawn().contains(id)
                      ? !shown || phone.withdrawn().contains(id)
                      : shown)
              .as("scheduled %s", id)
              .isTrue();
        });
    assertThat(phones)
        .allSatisfy(phone -> assertThat(phone.shown()).containsAll(requests.broadcasts()));
  }

  private void admin(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(
        List.of(
            "--bootstrap-servers",
            pipeline.stack().bootstrapServers(),
            "--schema-registry-url",
            pipeline.stack().registryUrl()));
    assertThat(new CommandLine(new AdminCommand()).execute(all.toArray(String[]::new))).isZero();
  }

  /** Kills something, and starts it again. */
  private interface Crash {
    void run() throws Exception;
  }

  private void survive(String name, Crash crash) throws Exception {
    List<Phone> phones = new ArrayList<>();
    try (Load load = new Load(pipeline)) {
      for (int i = 0; i < DEVICES; i++) {
        phones.add(Phone.register(pipeline, "crash-" + name + "-" + i));
      }
      load.start(phones.stream().map(Phone::token).toList());
      await().atMost(Duration.ofSeconds(60)).until(() -> load.sent() >= KILL_AFTER);

      crash.run();

      await().atMost(Duration.ofSeconds(60)).until(load::isOver);
      Map<Integer, List<String>> accepted = load.accepted();
      await()
          .atMost(Duration.ofSeconds(90))
          .untilAsserted(() -> assertNothingMissing(phones, accepted));
      for (int i = 0; i < DEVICES; i++) {
        // The SDK drops repetitions, so what is left is in order.
        assertThat(numbers(phones.get(i).shown())).as("device %s", i).isSorted();
      }
      assertThat(accepted.values().stream().mapToInt(List::size).sum()).isGreaterThan(KILL_AFTER);
    } finally {
      phones.forEach(Phone::close);
    }
  }

  private static void assertNothingMissing(
      List<Phone> phones, Map<Integer, List<String>> accepted) {
    for (int i = 0; i < DEVICES; i++) {
      Set<String> missing = new HashSet<>(accepted.getOrDefault(i, List.of()));
      missing.removeAll(phones.get(i).shown());
      assertThat(missing).as("accepted for device %s and not shown", i).isEmpty();
    }
  }

  private static List<Integer> numbers(List<String> ids) {
    return ids.stream().map(Ids::number).toList();
  }
}
