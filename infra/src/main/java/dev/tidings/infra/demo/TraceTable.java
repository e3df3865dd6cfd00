package dev.tidings.infra.demo;

import dev.tidings.infra.provider.Trace;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;

/**
 * A trace as a table, with the time since the first step and since the one before.
 *
 * @param trace what it shows
 */
public record TraceTable(Trace trace) {

  public void print(PrintWriter out) {
    out.println("notification %s: %s".formatted(trace.id(), trace.outcome()));
    int width = trace.steps().stream().mapToInt(step -> step.where().length()).max().orElse(0);
    String line = "  %-12s  %8s  %8s  %-" + Math.max(width, 5) + "s  %s";
    out.println(line.formatted("step", "at ms", "took ms", "where", "why").stripTrailing());
    Instant first = trace.steps().isEmpty() ? Instant.EPOCH : trace.steps().getFirst().at();
    Instant previous = first;
    for (Trace.Step step : trace.steps()) {
      long at = Duration.between(first, step.at()).toMillis();
      long took = Duration.between(previous, step.at()).toMillis();
      out.println(
          line.formatted(step.name(), at, took, step.where(), step.why().orElse(""))
              .stripTrailing());
      previous = step.at();
    }
  }
}
