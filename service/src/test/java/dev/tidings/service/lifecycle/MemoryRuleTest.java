package dev.tidings.service.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows G89 of docs/guarantees.md. */
class MemoryRuleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+CrashOnOutOfMemoryError",
        "-XX:OnOutOfMemoryError=kill -9 %p"
      })
  void a_jvm_that_ends_when_memory_runs_out_is_as_it_should_be(String option) {
    assertThat(MemoryRule.complaint(List.of("-Xmx1g", option))).isEmpty();
  }

  @Test
  void one_that_goes_on_is_told_which_option_it_lacks() {
    assertThat(MemoryRule.complaint(List.of("-Xmx1g", "-XX:-ExitOnOutOfMemoryError")))
        .contains(
            "JVM option -XX:+ExitOnOutOfMemoryError: not given (expected: given, so that a process"
                + " whose memory runs out ends)");
  }
}
