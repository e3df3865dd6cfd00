package dev.tidings.service.management;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ThreadDeathsTest {
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ThreadDeaths deaths = new ThreadDeaths(meters);

  @ParameterizedTest
  @CsvSource({
    "topic-watch, topic-watch",
    "traces-3, traces",
    "http-loop-1-12, http-loop",
    "kafka-producer-network-thread | ingest-api-7f-producer, kafka-producer-network-thread",
  })
  void a_thread_is_counted_by_its_name_without_numbers(String name, String kind) {
    deaths.accept(new Thread(name));
    deaths.accept(new Thread(name));

    assertThat(meters.get("tidings.threads.died").tag("thread", kind).counter().count())
        .isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "webhook-01J9ZQ8K3V, webhook",
    "ports-of-node-7.example, ports",
    "'', virtual",
  })
  void one_that_is_named_after_what_it_serves_is_counted_without_that(String name, String kind) {
    deaths.accept(Thread.ofVirtual().name(name).unstarted(() -> {}));

    assertThat(meters.get("tidings.threads.died").tag("thread", kind).counter().count())
        .isEqualTo(1);
  }
}
