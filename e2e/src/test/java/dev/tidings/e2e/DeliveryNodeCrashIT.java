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
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A delivery node is killed as a crash would, while notifications flow to connected devices. */
class DeliveryNodeCrashIT {
  private static final int DEVICES = 20;
  private static final int RATE = 1_000;
  private static final int SECONDS = 8;
  private static final int KILL_AFTER = RATE * SECONDS / 2;

  @TempDir Path data;

  @Test
  void nothing_accepted_is_missing_after_the_node_was_killed_under_load() throws Exception {
    // Devices come back to the port they know, so the node needs one that stays.
    PipelineOptions options =
        PipelineOptions.in(data)
            .with(TidingsService.DELIVERY_NODE, "mqtt.port", Integer.toString(freePort()));
    try (Pipeline pipeline = Pipeline.start(options);
        Load load = new Load(pipeline)) {
      List<Phone> phones = new ArrayList<>();
      for (int i = 0; i < DEVICES; i++) {
        phones.add(Phone.register(pipeline, "crash-" + i));
      }
      load.start(phones.stream().map(Phone::token).toList());
      await().atMost(Duration.ofSeconds(60)).until(() -> load.sent() >= KILL_AFTER);

      pipeline.process(TidingsService.DELIVERY_NODE).kill();
      pipeline.restart(TidingsService.DELIVERY_NODE);

      await().atMost(Duration.ofSeconds(60)).until(load::isOver);
      Map<Integer, List<String>> accepted = load.accepted();
      await()
          .atMost(Duration.ofSeconds(90))
          .until(() -> {
            for (int i = 0; i < DEVICES; i++) {
              if (phones.get(i).shown().size() < accepted.getOrDefault(i, List.of()).size()) {
                return false;
              }
            }
            return true;
          });
      for (int i = 0; i < DEVICES; i++) {
        Set<String> missing = new HashSet<>(accepted.getOrDefault(i, List.of()));
        missing.removeAll(phones.get(i).shown());
        assertThat(missing).as("accepted for device %s and not shown", i).isEmpty();
        // The SDK drops repetitions, so what is left is in order.
        assertThat(numbers(phones.get(i).shown())).as("device %s", i).isSorted();
      }
      assertThat(accepted.values().stream().mapToInt(List::size).sum()).isGreaterThan(KILL_AFTER);
      phones.forEach(Phone::close);
    }
  }

  private static List<Integer> numbers(List<String> ids) {
    return ids.stream().map(Ids::number).toList();
  }

  private static int freePort() throws Exception {
    try (java.net.ServerSocket socket =
        new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
