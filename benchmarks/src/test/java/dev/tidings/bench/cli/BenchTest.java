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
  @ValueSource(
      strings = {
        "push",
        "flood",
        "kafka",
        "idle",
        "replay",
        "storm",
        "slow",
        "tenants",
        "schedule"
      })
  void every_scenario_tells_what_it_can_be_told(String scenario) {
    assertThat(run(scenario, "--help")).isZero();
    assertThat(out.toString()).contains("bench " + scenario).contains("--nodes", "--partitions");
  }

  @Test
  void what_is_not_understood_is_said() {
    assertThat(run("push", "--speed=9")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--speed=9");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "push --rate -1",
        "push --rate 0",
        "push --rate many",
        "push --devices 0",
        "push --payload 47",
        "push --hot 101",
        "push --seconds 0",
        "push --warm-up -1",
        "push --connections 0",
        "push --loops 0",
        "push --nodes 0",
        "push --partitions 0",
        "push --set max.credit=128",
        "push --set delivery-node:max.credit",
        "flood --window 0",
        "kafka --linger -1",
        "idle --devices 100,0",
        "replay --pending 0",
        "storm --rounds 0",
        "slow --slow 0",
        "slow --owed-payload 1",
        "tenants --flood 0",
        "schedule --waiting 0",
        "endure --minutes 0",
        "endure --churn NaN",
        "micro --forks 0"
      })
  void a_number_that_means_nothing_is_refused_before_anything_starts(String command) {
    assertThat(run(command.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("(expected: ").doesNotContain("Exception");
    assertThat(out.toString()).isEmpty();
  }

  private int run(String... arguments) {
    return Bench.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }
}
