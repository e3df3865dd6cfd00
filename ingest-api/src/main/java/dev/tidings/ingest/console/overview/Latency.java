package dev.tidings.ingest.console.overview;

import dev.tidings.schemas.question.NodeFigures;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How long notifications took from acceptance to confirmation, of all nodes together.
 *
 * @param upTo how many took up to so many milliseconds, each with those of all before it
 */
record Latency(SortedMap<Double, Double> upTo) {
  /** Returns that of what was confirmed between two samples. */
  static Latency between(Sample before, Sample now) {
    Map<String, NodeFigures> earlier = before.nodes();
    SortedMap<Double, Double> sum = new TreeMap<>();
    now.nodes()
        .forEach((address, figures) -> {
          NodeFigures then = earlier.get(address);
          if (then != null && !isRestarted(then, figures)) {
            figures
                .latency()
                .forEach((millis, count) ->
                    sum.merge(
                        millis, count - then.latency().getOrDefault(millis, 0.0), Double::sum));
          }
        });
    return new Latency(sum);
  }

  private static boolean isRestarted(NodeFigures then, NodeFigures now) {
    return now.value("deliveries.confirmed") < then.value("deliveries.confirmed");
  }

  long count() {
    return upTo.isEmpty() ? 0 : Math.round(upTo.lastEntry().getValue());
  }

  /**
   * Returns within how many milliseconds a share was confirmed: between two bounds it counts as
   * even.
   *
   * @param share such as 0.99
   */
  double percentile(double share) {
    double wanted = share * count();
    double millis = 0;
    double below = 0;
    for (Map.Entry<Double, Double> each : upTo.entrySet()) {
      double more = each.getValue() - below;
      if (each.getValue() >= wanted && more > 0) {
        return millis + (each.getKey() - millis) * (wanted - below) / more;
      }
      millis = each.getKey();
      below = each.getValue();
    }
    return millis;
  }
}
