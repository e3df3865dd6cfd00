package dev.tidings.service.lifecycle;

import java.util.List;
import java.util.Optional;

/**
 * Whether the JVM ends when memory runs out: it would go on without the threads that it happened
 * to. The launcher sees to it; who starts a service in another way has to.
 */
final class MemoryRule {
  private static final List<String> ENDS =
      List.of("-XX:+ExitOnOutOfMemoryError", "-XX:+CrashOnOutOfMemoryError");

  private MemoryRule() {}

  /**
   * Returns what is wrong, if anything.
   *
   * @param arguments of the JVM
   */
  static Optional<String> complaint(List<String> arguments) {
    boolean ends =
        arguments.stream()
            .anyMatch(each -> ENDS.contains(each) || each.startsWith("-XX:OnOutOfMemoryError="));
    return ends
        ? Optional.empty()
        : Optional.of(
            "JVM option "
                + ENDS.getFirst()
                + ": not given (expected: given, so that a process whose memory runs out ends)");
  }
}
