package dev.tidings.infra.cli.credential;

import java.util.regex.Pattern;

/** An argument as it is typed in a shell, so that a line that is shown can be copied. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_@%+=:,./-]+");

  private ShellWord() {}

  /** Returns the argument, in quotes if it needs them. */
  public static String of(String argument) {
    return PLAIN.matcher(argument).matches()
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
