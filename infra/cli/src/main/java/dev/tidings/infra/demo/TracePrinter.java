package dev.tidings.infra.demo;

import dev.tidings.provider.Trace;
import java.io.PrintWriter;
import java.math.BigInteger;
import java.time.Instant;

/**
 * Prints a trace as a table (or several, if its id was used for several tokens), with the time
 * since the first step and since the previous one.
 *
 * @param trace the trace
 */
public record TracePrinter(Trace trace) {
  private static final int MAX_SHOWN = 300;
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long NANOS_PER_MILLI = 1_000_000;

  public void print(PrintWriter out) {
    if (trace.others().isEmpty()) {
      print(out, trace, "");
      return;
    }
    // One id for several tokens: the recipient distinguishes them.
    print(out, trace, " to " + trace.recipient());
    trace.others().forEach(other -> print(out, other, " to " + other.recipient()));
  }

  private static void print(PrintWriter out, Trace trace, String to) {
    out.println(
        "notification %s%s%s: %s"
            .formatted(
                shown(trace.id()),
                shown(to),
                trace.category().map(word -> " (" + shown(word) + ")").orElse(""),
                shown(trace.outcome())));
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

  /**
   * Returns a difference in milliseconds; of any two times, since a provider may have written them.
   */
  private static BigInteger between(Instant from, Instant to) {
    return millis(to).subtract(millis(from));
  }

  private static BigInteger millis(Instant time) {
    return BigInteger.valueOf(time.getEpochSecond())
        .multiply(BigInteger.valueOf(MILLIS_PER_SECOND))
        .add(BigInteger.valueOf(time.getNano() / NANOS_PER_MILLI));
  }

  public static String shown(String text) {
    return TerminalText.safe(text, MAX_SHOWN);
  }
}
