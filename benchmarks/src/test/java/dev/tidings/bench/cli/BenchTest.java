package dev.tidings.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.ExitCode;

class BenchTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"push", "flood", "kafka", "idle", "replay", "storm", "slow", "tenants"})
  void every_scenario_tells_what_it_can_be_told(String scenario) {
    assertThat(run(scenario, "--help")).isZero();
    assertThat(out.toString()).contains("bench " + scenario).contains("--nodes", "--partitions");
  }

  @Test
  void what_is_not_understood_is_said() {
    assertThat(run("push", "--speed=9")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--speed=9");
  }

  private int run(String... arguments) {
    return Bench.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }
}
