package dev.tidings.infra.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class OutputTest {
  private final StringWriter out = new StringWriter();

  @Test
  void facts_are_lines_for_people_and_an_object_for_programs() {
    Facts facts =
        Facts.of("id", "a \"b\"")
            .and("number", 3)
            .and("missing", Optional.empty())
            .and("inner", List.of(Facts.of("x", true)))
            .and("named", Map.of("k", "v"));

    assertThat(facts.json())
        .isEqualTo(
            "{\"id\":\"a"
                + " \\\"b\\\"\",\"number\":3,\"inner\":[{\"x\":true}],\"named\":{\"k\":\"v\"}}");
    assertThat(Facts.of("id", 7).and("name", "x").lines().lines())
        .containsExactly("id: 7", "name: x");
  }

  @Test
  void a_table_is_columns_or_an_object_for_each_row() {
    Table table = new Table("id", "not after");
    table.row("KEY", "2027-01-01T00:00:00Z");
    table.row("OTHER", "");

    new Output(new PrintWriter(out), false).print(table);
    assertThat(out.toString().lines())
        .containsExactly("id     not after", "KEY    2027-01-01T00:00:00Z", "OTHER");

    out.getBuffer().setLength(0);
    new Output(new PrintWriter(out), true).print(table);
    assertThat(out.toString().lines())
        .containsExactly(
            "{\"id\":\"KEY\",\"notAfter\":\"2027-01-01T00:00:00Z\"}", "{\"id\":\"OTHER\"}");
  }

  @Test
  void colours_are_for_terminals_and_for_those_who_want_them() {
    Properties terminal = new Properties();
    terminal.setProperty("tidings.terminal.out", "");

    assertThat(Terminal.of(terminal, Map.of("TERM", "xterm")).ansi()).isEqualTo(Ansi.ON);
    assertThat(Terminal.of(terminal, Map.of("TERM", "xterm", "NO_COLOR", "1")).ansi())
        .isEqualTo(Ansi.OFF);
    assertThat(Terminal.of(terminal, Map.of("TERM", "dumb")).ansi()).isEqualTo(Ansi.OFF);
    assertThat(Terminal.of(new Properties(), Map.of("TERM", "xterm")).ansi()).isEqualTo(Ansi.OFF);
  }
}
