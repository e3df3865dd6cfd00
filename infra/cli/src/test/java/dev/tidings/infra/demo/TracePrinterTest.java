package dev.tidings.infra.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.provider.Trace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Shows G70 of docs/guarantees.md. */
final class TracePrinterTest {
  @Test
  void what_a_provider_wrote_does_nothing_to_a_terminal() {
    String text =
        printed(
            new Trace(
                "id\u001b[2J",
                "delivered\n",
                List.of(
                    new Trace.Step(
                        "accepted",
                        Instant.EPOCH,
                        "kafka\u001b]0;title\u0007\u009b31m\u202e\u2028\r\n\t",
                        Optional.of("\u0000\u0085\ud800" + "x".repeat(10_000))))));

    assertThat(text.lines()).hasSize(3);
    assertThat(text.replace("\n", "").codePoints().noneMatch(Character::isISOControl)).isTrue();
    assertThat(text).doesNotContain("\u202e", "\u2028", "\ud800").hasSizeLessThan(2_000);
    assertThat(text).contains("kafka\uFFFD]0;title");
  }

  @Test
  void any_times_have_a_difference() {
    String text =
        printed(
            new Trace(
                "id",
                "delivered",
                List.of(
                    step(Instant.ofEpochMilli(Long.MIN_VALUE)),
                    step(Instant.ofEpochMilli(Long.MAX_VALUE)),
                    step(Instant.MAX),
                    step(Instant.MIN),
                    step(Instant.ofEpochMilli(-62_135_596_800_000L)),
                    step(Instant.ofEpochMilli(5)))));

    assertThat(text).contains("18446744073709551615").contains("62135596800005");
  }

  @Test
  void a_category_stands_behind_the_id() {
    Trace trace = new Trace("id", "rejected", "", List.of(), Optional.of("marketing"), List.of());
    assertThat(printed(trace)).startsWith("notification id (marketing): rejected");
  }

  private static Trace.Step step(Instant at) {
    return new Trace.Step("accepted", at, "kafka", Optional.empty());
  }

  private static String printed(Trace trace) {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    new TracePrinter(trace).print(out);
    out.flush();
    return text.toString();
  }
}
