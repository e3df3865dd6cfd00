package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process is killed as a crash would, and started again, while 1,000 notifications a second flow
 * to connected devices. The ledger is kept outside: what the provider was told was accepted, and
 * what each phone showed.
 */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashUnderLoadIT {
  private static final int DEVICES = 20;
  private static final int RATE = 1_000;
  private static final int SECONDS = 8;
  private static final int KILL_AFTER = RATE * SECONDS / 2;

  private Pipeline pipeline;

  @BeforeAll
  void start(@TempDir Path data) throws Exception {
    pipeline = Pipeline.start(PipelineOptions.in(data));
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
