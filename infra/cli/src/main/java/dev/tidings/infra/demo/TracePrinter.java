package dev.tidings.infra.demo;

import dev.tidings.provider.Trace;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A trace as a table (or several, where its id was used for several tokens), with the time since
 * the first step and since the one before.
 *
 * @param trace what it shows
 */
public record TracePrinter(Trace trace) {
  private static final int MAX_SHOWN = 300;
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]");

  public void print(PrintWriter out) {
    if (trace.others().isEmpty()) {
      print(out, trace, "");
      return;
    }
    // One id for several tokens: to whom tells them apart.
    print(out, trace, " to " + trace.recipient());
    trace.others().forEach(other -> print(out, other, " to " + other.recipient()));
  }

  private static void print(PrintWriter out, Trace trace, String to) {
    out.println(
        "notification %s%s: %s".formatted(shown(trace.id()), shown(to), shown(trace.outcome())));
    int width =
        trace.steps().stream().mapToInt(step -> shown(step.where()).length()).max().orElse(0);
    String line = "  %-12s  %8s  %8s  %-" + Math.max(width, 5) + "s  %s";
    out.println(line.formatted("step", "at ms", "took ms", "where", "why").stripTrailing());
    Instant first = trace.steps().isEmpty() ? Instant.EPOCH : trace.steps().getFirst().at();
    Instant previous = first;
    for (Trace.Step step : trace.steps()) {
      String why = shown(step.why().orElse(""));
      out.println(
          line.formatted(
                  shown(step.name()),
                  between(first, step.at()),
                  between(previous, step.at()),
                  shown(step.where()),
                  why)
              .stripTrailing());
      previous = step.at();
    }
  }

  /** In milliseconds; any two times, for they may be what a provider wrote. */
  private static BigInteger between(Instant from, Instant to) {
    return millis(to).subtract(millis(from));
  }

  private static BigInteger millis(Instant time) {
    return BigInteger.valueOf(time.getEpochSecond())
        .multiply(BigInteger.valueOf(MILLIS_PER_SECOND))
        .add(BigInteger.valueOf(time.getNano() / NANOS_PER_MILLI));
  }

  /**
   * Some of it is what a provider wrote, and a terminal obeys what it is sent: what is not to be
   * seen is shown as U+FFFD, and no part is longer than is of use.
   */
  private static String shown(String text) {
    String start = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
    return UNPRINTABLE.matcher(start).replaceAll("\uFFFD");
  }
}
