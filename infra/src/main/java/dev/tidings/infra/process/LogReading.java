package dev.tidings.infra.process;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Finds what matters to people in the last lines of a log. */
final class LogReading {
  /** What the JVM itself says of its caches of classes. */
  private static final Pattern ABOUT_CACHES =
      Pattern.compile(
          "\\[.*]\\[\\w+ *]\\[(aot|cds).*|Removed temporary AOT .*|AOT(Configuration|Cache) .*|"
              + "(Temporary )?AOTConfiguration recorded.*");

  /** Where a stack trace says where, not what. */
  private static final Pattern STACK_FRAME =
      Pattern.compile("\\s+at .*|\\s*\\.\\.\\. \\d+ more\\s*|\\s*");

  private static final Pattern SAID_BY_A_SERVICE =
      Pattern.compile(".*: (failed to start|failed|can't be run with this configuration): ?.*");

  private LogReading() {}

  /** The lines that the program wrote, and not the JVM it ran in. */
  static List<String> ofTheProgram(List<String> lines) {
    return lines.stream().filter(line -> !ABOUT_CACHES.matcher(line).matches()).toList();
  }

  /**
   * The line that says why it ended: what a service says at its end; of any other program the last
   * line that is not within a stack trace.
   */
  static Optional<String> reason(List<String> lines) {
    return last(lines, SAID_BY_A_SERVICE.asMatchPredicate())
        .or(() -> last(lines, STACK_FRAME.asMatchPredicate().negate()));
  }

  private static Optional<String> last(List<String> lines, Predicate<String> wanted) {
    return lines.reversed().stream().filter(wanted).findFirst();
  }
}
