package dev.tidings.node.membership;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * The group coordinator's responses to one member so far, as counted by Kafka's consumer.
 *
 * @param heartbeats the number of answered heartbeats
 * @param joins the number of assignments it got: before each, it released the partitions it had
 *     lost
 */
public record GroupAnswers(double heartbeats, double joins) {
  private static final String GROUP = "consumer-coordinator-metrics";
  private static final String CLIENT = "client-id";

  /** Returns whether a metric counts answers of a group. */
  static boolean isIn(MetricName name) {
    return name.group().equals(GROUP) && name.tags().containsKey(CLIENT);
  }

  /** Returns the responses to all members in this process, by client id. */
  static Map<String, GroupAnswers> of(Map<MetricName, ? extends Metric> metrics) {
    Map<String, GroupAnswers> members = new HashMap<>();
    metrics.forEach((name, metric) -> {
      if (isIn(name)) {
        String client = name.tags().getOrDefault(CLIENT, "");
        switch (name.name()) {
          case "heartbeat-total" ->
              members.merge(client, new GroupAnswers(value(metric), 0), GroupAnswers::plus);
          case "sync-total" ->
              members.merge(client, new GroupAnswers(0, value(metric)), GroupAnswers::plus);
          default -> {}
        }
      }
    });
    return members;
  }

  private GroupAnswers plus(GroupAnswers other) {
    return new GroupAnswers(heartbeats + other.heartbeats, joins + other.joins);
  }

  private static double value(Metric metric) {
    return metric.metricValue() instanceof Double number ? number : 0;
  }

  /** Returns whether the group has accepted the member by now. */
  boolean isMember() {
    return joins > 0;
  }
}
