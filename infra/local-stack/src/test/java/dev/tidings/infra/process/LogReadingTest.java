package dev.tidings.infra.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogReadingTest {
  @Test
  void a_service_says_itself_why_it_failed_whatever_follows() {
    assertThat(
            LogReading.reason(
                List.of(
                    "12:00:00.000 INFO starting",
                    "delivery-node: failed to start: state.dir: /nowhere (expected: a directory)",
                    "Caused by: java.lang.IllegalStateException: other",
                    "\t... 6 more")))
        .contains("delivery-node: failed to start: state.dir: /nowhere (expected: a directory)");
  }

  @Test
  void of_a_stack_trace_the_last_cause_counts_and_not_where_it_was_thrown() {
    assertThat(
            LogReading.reason(
                List.of(
                    "ERROR failed",
                    "java.lang.RuntimeException: cannot start",
                    "\tat io.apicurio.Registry.start(Registry.java:1)",
                    "Caused by: java.io.IOException: No space left on device",
                    "\tat io.apicurio.Storage.open(Storage.java:1)",
                    "\t... 12 more",
                    "")))
        .contains("Caused by: java.io.IOException: No space left on device");
  }

  @Test
  void what_the_jvm_says_of_its_caches_is_left_out() {
    assertThat(
            LogReading.ofTheProgram(
                List.of(
                    "no such broker",
                    "[1.2s][warning][aot] The AOT cache was not made",
                    "Removed temporary AOT configuration file /tmp/a.aot.config",
                    "AOTConfiguration recorded: /tmp/a.aot.config")))
        .containsExactly("no such broker");
  }

  @Test
  void an_empty_log_gives_no_reason() {
    assertThat(LogReading.reason(List.of())).isEmpty();
  }
}
