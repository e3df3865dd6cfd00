package dev.tidings.e2e.guides;

import java.util.List;

/**
 * What a page has its reader do next. Each knows its place, {@code page:line}, for messages; a
 * terminal has a name, and the main one none.
 */
sealed interface Step {
  String MAIN = "";

  /** Where it is. */
  String at();

  /** Commands for a shell. */
  record Commands(String at, String terminal, String script) implements Step {}

  /** What a terminal shows: each of these lines, in this order; "…" is anything. */
  record Output(String at, String terminal, List<String> lines) implements Step {
    public Output {
      lines = List.copyOf(lines);
    }
  }

  /** A file to be written. */
  record NewFile(String at, String name, String content) implements Step {}

  /** Ctrl-C in a terminal. */
  record Interrupt(String at, String terminal) implements Step {}

  /** Statements in Java. */
  record Statements(String at, String code) implements Step {}

  /** Packets of MQTT that a device and a node send each other. */
  record Packets(String at, List<String> lines) implements Step {
    public Packets {
      lines = List.copyOf(lines);
    }
  }
}
