package dev.tidings.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.lifecycle.Lifecycle;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StreamsOpenPortsTest {
  private static List<String> problems(Map<String, String> values) {
    try {
      StreamsOpenPorts.check(Config.of(StreamsSettings.ALL, values));
      return List.of();
    } catch (ConfigException e) {
      return e.problems();
    }
  }

  @Test
  void a_processor_whose_only_port_would_be_open_does_not_start() {
    Config config =
        Config.of(StreamsSettings.ALL, Map.of("bind.address", "0.0.0.0", "start.timeout", "1s"));
    try (Lifecycle lifecycle =
        new Lifecycle("streams-processor", new PrintStream(OutputStream.nullOutputStream()))) {
      assertThatExceptionOfType(ConfigException.class)
          .isThrownBy(() -> StreamsProcessor.start(config, lifecycle))
          .withMessage(
              "bind.address: 0.0.0.0 (expected: localhost; or listen.open=management, with which"
                  + " whoever reaches the port may read health and metrics)");
    }
  }

  @Test
  void the_address_that_counts_is_the_one_that_it_listens_on() {
    assertThat(problems(Map.of())).isEmpty();
    assertThat(problems(Map.of("bind.address", "::", "management.host", "127.0.0.1"))).isEmpty();
    assertThat(problems(Map.of("management.host", "::")))
        .singleElement()
        .asString()
        .startsWith("management.host: :: (");
    assertThat(problems(Map.of("management.host", "::", "listen.open", "management"))).isEmpty();
  }
}
