package dev.tidings.infra.cli.doctor.host;

import dev.tidings.infra.cli.doctor.check.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the JVMs of the services on this machine have the options that they need.
 *
 * @param memory of this machine, or of its container, in bytes
 */
public record JvmChecks(long memory) {
  private static final String WHAT = "JVM options";
  private static final Pattern HEAP = Pattern.compile("-Xmx(\\d+)([kKmMgGtT]?)");
  private static final long MEBI = 1L << 20;
  private static final long LEAST_HEAP = 128 * MEBI;

  /** The rest is for buffers, the tables' caches, threads and the kernel's cache of files. */
  private static final int MOST_PERCENT = 75;

  /** What every service is to be started with, and what for. */
  private enum Needed {
    NATIVE("--enable-native-access=", "compression, TLS and the tables are native code", true),
    UNSAFE("--sun-misc-unsafe-memory-access=", "without it each start warns", false),
    OUT_OF_MEMORY(
        "-XX:+ExitOnOutOfMemoryError", "a JVM out of memory would stay, half alive", true),
    HEADERS("-XX:+UseCompactObjectHeaders", "a tenth less memory for each device", false);

    private final String option;
    private final String why;
    private final boolean vital;

    Needed(String option, String why, boolean vital) {
      this.option = option;
      this.why = why;
      this.vital = vital;
    }
  }

  public List<Check> run(List<LocalJvm> services) {
    List<Check> checks = new ArrayList<>();
    long heaps = 0;
    for (LocalJvm service : services) {
      checks.addAll(findings(service));
      heaps += heap(service.options()).orElse(memory / 4);
    }
    if (memory > 0 && heaps > memory / 100 * MOST_PERCENT) {
      checks.add(
          Check.failed(
              WHAT,
              "the heaps of %d services are %d MiB together, of %d MiB (expected: at most %d %%)"
                  .formatted(services.size(), heaps / MEBI, memory / MEBI, MOST_PERCENT),
              "set -Xmx of each, so that the kernel ends none of them"));
    }
    if (checks.isEmpty() && !services.isEmpty()) {
      checks.add(Check.sound(WHAT, "of %d services: as they should be".formatted(services.size())));
    }
    return checks;
  }

  private static List<Check> findings(LocalJvm service) {
    List<Check> checks = new ArrayList<>();
    List<String> options = service.options();
    for (Needed needed : Needed.values()) {
      if (options.stream().noneMatch(option -> option.startsWith(needed.option))) {
        String words = service.name() + ": without " + needed.option + ": " + needed.why;
        String fix = "start it with ./tidings " + service.service().command() + ", or add it";
        checks.add(needed.vital ? Check.failed(WHAT, words, fix) : Check.weak(WHAT, words, fix));
      }
    }
    heap(options)
        .filter(heap -> heap < LEAST_HEAP)
        .ifPresent(heap ->
            checks.add(
                Check.failed(
                    WHAT,
                    service.name()
                        + ": a heap of %d MiB (expected: 128 or more)".formatted(heap / MEBI),
                    "set -Xmx in TIDINGS_JAVA_OPTS")));
    if (options.contains("-XX:+UseEpsilonGC")) {
      checks.add(
          Check.failed(WHAT, service.name() + ": -XX:+UseEpsilonGC frees nothing", "remove it"));
    }
    return checks;
  }

  /** Returns the largest heap in bytes, if an option says so. The last one counts. */
  static Optional<Long> heap(List<String> options) {
    return options.stream()
        .map(HEAP::matcher)
        .filter(Matcher::matches)
        .reduce((first, last) -> last)
        .map(found -> Long.parseLong(found.group(1)) << shift(found.group(2)));
  }

  private static int shift(String unit) {
    return unit.isEmpty() ? 0 : 10 * ("kmgt".indexOf(unit.toLowerCase(Locale.ROOT)) + 1);
  }
}
