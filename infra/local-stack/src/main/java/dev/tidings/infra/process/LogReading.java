package dev.tidings.infra.process;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Finds the lines of interest at the end of a log. */
final class LogReading {
  /** Messages of the JVM about its class caches. */
  private static final Pattern ABOUT_CACHES =
      Pattern.compile(
          "\\[.*]\\[\\w+ *]\\[(aot|cds).*|Removed temporary AOT .*|AOT(Configuration|Cache) .*|"
              + "(Temporary )?AOTConfiguration recorded.*");

  /** The location lines of a stack trace. */
  private static final Pattern STACK_FRAME =
      Pattern.compile("\\s+at .*|\\s*\\.\\.\\. \\d+ more\\s*|\\s*");

  private static final Pattern SAID_BY_A_SERVICE =
      Pattern.compile(".*: (failed to start|failed|can't be run with this configuration): ?.*");

  /** How services, Kafka, the registry and the JVM say so. */
  private static final Pattern PORT_TAKEN =
      Pattern.compile("(?i).*(address already in use|\\bport.* (already bound|in use)).*");

  private LogReading() {}

  /** Returns the lines written by the program, without those of the JVM. */
  static List<String> ofTheProgram(List<String> lines) {
    return lines.stream().filter(line -> !ABOUT_CACHES.matcher(line).matches()).toList();
  }

  /**
   * Returns the line with the reason of the end: the last message of a service; of any other
   * program, the last line outside a stack trace.
   */
  static Optional<String> reason(List<String> lines) {
    return last(lines, SAID_BY_A_SERVICE.asMatchPredicate())
        .or(() -> last(lines, STACK_FRAME.asMatchPredicate().negate()));
  }

  /** Whether the program says that it cannot listen, since another one does. */
  static boolean sayThatAPortIsTaken(List<String> lines) {
    return lines.stream().anyMatch(PORT_TAKEN.asMatchPredicate());
  }

  private static Optional<String> last(List<String> lines, Predicate<String> wanted) {
    return lines.reversed().stream().filter(wanted).findFirst();
  }
}
