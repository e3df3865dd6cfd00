package dev.tidings.infra.cli.output;

import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Help.Ansi;

/**
 * Whether people read what is printed, which the launcher says with properties of the JVM.
 *
 * @param out whether the standard output is a terminal
 * @param err whether the standard error is one
 * @param colours whether they are wanted there
 */
public record Terminal(boolean out, boolean err, boolean colours) {

  /**
   * Returns it.
   *
   * @param environment {@code NO_COLOR} (https://no-color.org), whatever its value, and {@code
   *     TERM=dumb} switch colours off
   */
  public static Terminal of(Properties properties, Map<String, String> environment) {
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Terminal(
        properties.containsKey("tidings.terminal.out"),
        properties.containsKey("tidings.terminal.err"),
        !plain);
  }

  /** Returns whether the standard output gets colours. */
  public Ansi ansi() {
    return out && colours ? Ansi.ON : Ansi.OFF;
  }

  /** Returns whether a line can be drawn anew on the standard error. */
  public boolean canDraw() {
    return err;
  }
}
