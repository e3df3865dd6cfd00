package dev.tidings.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process is killed as a crash would, while 1,000 notifications a second flow to connected
 * devices. The ledger is kept outside: what the provider was told was accepted, and what each phone
 * showed.
 */
@Tag("alone")
abstract class CrashUnderLoad {
  private static final int DEVICES = 20;
  private static final int RATE = 1_000;
  private static final int SECONDS = 8;
  private static final int KILL_AFTER = RATE * SECONDS / 2;

  @TempDir Path data;

  /** Kills it, and starts it again. */
  abstract void crash(Pipeline pipeline) throws Exception;

  @Test
  void nothing_accepted_is_missing_and_nothing_is_out_of_order_afterwards() throws Exception {
    try (Pipeline pipeline = Pipeline.start(PipelineOptions.in(data));
        Load load = new Load(pipeline)) {
      List<Phone> phones = new ArrayList<>();
      for (int i = 0; i < DEVICES; i++) {
        phones.add(Phone.register(pipeline, "crash-" + i));
      }
      load.start(phones.stream().map(Phone::token).toList());
      await().atMost(Duration.ofSeconds(60)).until(() -> load.sent() >= KILL_AFTER);

      crash(pipeline);

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
