package dev.tidings.infra.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BusyLineTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String ERASE = "\r\u001b[K";

  private final StringWriter terminal = new StringWriter();
  private final AtomicLong now = new AtomicLong();
  private final BusyLine line = new BusyLine(terminal, now::get, "tidings trace");

  @Test
  void a_command_that_says_nothing_for_two_seconds_is_said_to_be_busy() {
    at(1);
    assertThat(terminal.toString()).isEmpty();

    at(3);
    assertThat(terminal.toString()).isEqualTo(ERASE + "tidings trace … 3 s");
  }

  @Test
  void the_line_is_erased_before_anything_else_and_does_not_come_again() {
    at(3);
    line.beforeOutput();
    assertThat(terminal.toString()).endsWith(ERASE);

    String before = terminal.toString();
    at(60);
    assertThat(terminal.toString()).isEqualTo(before);
  }

  @Test
  void a_command_that_tells_its_steps_has_a_bar_between_its_lines() {
    line.beforeOutput();
    line.progress(1, 4, "ports");
    at(2);

    assertThat(terminal.toString()).isEqualTo(ERASE + "[######------------------] 1/4 ports, 2 s");
    line.end();
    assertThat(terminal.toString()).endsWith("ports, 2 s" + ERASE);
  }

  @Test
  void what_is_printed_through_the_terminal_is_printed_whole() {
    var out = new StringWriter();
    var busy = new BusyTerminal(terminal, now::get, "tidings");
    try (PrintWriter printer = busy.out(out)) {
      printer.println("a line");
      printer.print('c');
    }
    busy.println("an error");

    assertThat(out.toString()).isEqualTo("a line" + System.lineSeparator() + "c");
    assertThat(terminal.toString()).isEqualTo("an error" + System.lineSeparator());
  }

  private void at(long seconds) {
    now.set(seconds * SECOND);
    line.tick();
  }
}
