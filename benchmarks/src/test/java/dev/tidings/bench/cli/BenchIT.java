package dev.tidings.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the bench itself works: what it counts, never how fast anything was. */
class BenchIT {
  private static final String SMALL = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx128m";

  @TempDir private Path directory;

  @Test
  void a_short_run_sends_and_counts_everything() throws Exception {
    var out = new StringWriter();
    var err = new StringWriter();

    int exitCode =
        Bench.commandLine(new PrintWriter(out), new PrintWriter(err))
            .execute(
                "push",
                "--rate=50",
                "--devices=24",
                "--warm-up=1",
                "--settle=0",
                "--seconds=2",
                "--no-memory",
                "--jvm=" + SMALL,
                "--jvm-broker=" + SMALL,
                "--data=" + directory);

    assertThat(exitCode).as(out + " " + err).isZero();
    JsonNode json =
        JsonMapper.builder().build().readTree(out.toString().lines().toList().getLast());
    assertThat(json.path("scenario").asText()).isEqualTo("push");
    assertThat(json.path("accepted").asInt()).isGreaterThanOrEqualTo(100);
    assertThat(json.path("refused").asInt()).isZero();
    assertThat(json.path("lost").asInt()).isZero();
    assertThat(json.path("outOfOrder").asInt()).isZero();
    assertThat(json.path("strangers").asInt()).isZero();
    assertThat(json.path("deliver").path("p50").asDouble()).isPositive();
    assertThat(json.path("cpuMicros").has("delivery-node")).isTrue();
  }
}
