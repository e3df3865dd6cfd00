package dev.tidings.ingest.console.overview;

import dev.tidings.ingest.console.overview.FleetFigures.Site;
import dev.tidings.schemas.question.NodeFigures;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What was found at one moment.
 *
 * @param nanos of a clock that is never set back
 * @param log empty if no broker answers
 * @param audit empty if it has not begun
 * @param unready what is wrong with this process, by the name of the check
 */
record Sample(
    Instant at,
    long nanos,
    Optional<LogFigures> log,
    List<Site> sites,
    Optional<AuditFigures> audit,
    Map<String, String> unready) {
  /**
   * What the audit has found.
   *
   * @param difference accepted notifications of which nobody can tell what became
   * @param behindSeconds how long ago those were accepted that it has come to
   */
  record AuditFigures(long difference, long behindSeconds) {}

  /** Those that have answered, by their addresses. */
  Map<String, NodeFigures> nodes() {
    Map<String, NodeFigures> nodes = new TreeMap<>();
    sites.forEach(site -> site.figures().ifPresent(each -> nodes.put(site.address(), each)));
    return nodes;
  }

  /** The sum of a value over all nodes that have answered. */
  double sum(String name) {
    return nodes().values().stream().mapToDouble(each -> each.value(name)).sum();
  }

  /** The largest of a value. */
  double largest(String name) {
    return nodes().values().stream().mapToDouble(each -> each.value(name)).max().orElse(0);
  }

  /** By how much a counter has grown since another sample, at the nodes that have answered both. */
  double growth(Sample before, String name) {
    Map<String, NodeFigures> earlier = before.nodes();
    double sum = 0;
    for (Map.Entry<String, NodeFigures> each : nodes().entrySet()) {
      NodeFigures then = earlier.get(each.getKey());
      if (then != null) {
        // One that was started again counts from the beginning.
        sum += Math.max(0, each.getValue().value(name) - then.value(name));
      }
    }
    return sum;
  }
}
