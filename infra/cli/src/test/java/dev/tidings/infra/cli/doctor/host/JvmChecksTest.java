package dev.tidings.infra.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.cli.doctor.check.Check;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JvmChecksTest {
  private static final long GIBI = 1L << 30;

  @Test
  void a_service_with_the_launchers_options_is_as_it_should_be() {
    assertThat(new JvmChecks(8 * GIBI).run(List.of(node("-Xmx512m"))))
        .singleElement()
        .matches(check -> check.state() == Check.State.OK);
  }

  @Test
  void what_is_missing_is_named_and_what_it_is_for() {
    LocalJvm bare =
        LocalJvm.of(7, List.of("java", "-Xmx64m", "dev.tidings.node.DeliveryNode")).orElseThrow();

    assertThat(new JvmChecks(8 * GIBI).run(List.of(bare)))
        .extracting(Check::words)
        .anyMatch(words -> words.contains("without --enable-native-access="))
        .anyMatch(words -> words.contains("without -XX:+ExitOnOutOfMemoryError"))
        .anyMatch(words -> words.contains("a heap of 64 MiB"));
  }

  @Test
  void heaps_that_are_more_than_the_machine_has_are_told_together() {
    assertThat(new JvmChecks(2 * GIBI).run(List.of(node("-Xmx1g"), node("-Xmx1024m"))))
        .singleElement()
        .satisfies(check -> {
          assertThat(check.sound()).isFalse();
          assertThat(check.words()).contains("2 services are 2048 MiB together, of 2048 MiB");
        });
  }

  @Test
  void another_program_is_no_service() {
    assertThat(LocalJvm.of(7, List.of("java", "-jar", "other.jar"))).isEmpty();
  }

  private static LocalJvm node(String heap) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "java",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseCompactObjectHeaders",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xmx32m"));
    // The last one counts.
    arguments.add(heap);
    arguments.add("dev.tidings.node.DeliveryNode");
    return LocalJvm.of(7, arguments).orElseThrow();
  }
}
