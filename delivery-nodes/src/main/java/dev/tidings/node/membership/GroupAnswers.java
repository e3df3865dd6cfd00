package dev.tidings.node.membership;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * What the coordinator has answered one member so far, as Kafka's consumer counts it.
 *
 * @param heartbeats how many heartbeats
 * @param joins how often it was given its share: before that, it let go of what it had lost
 */
public record GroupAnswers(double heartbeats, double joins) {
  private static final String GROUP = "consumer-coordinator-metrics";
  private static final String CLIENT = "client-id";

  /** Of all members in this process, by the client's id. */
  public static Map<String, GroupAnswers> of(Map<MetricName, ? extends Metric> metrics) {
    Map<String, GroupAnswers> members = new HashMap<>();
    metrics.forEach((name, metric) -> {
      if (name.group().equals(GROUP) && name.tags().containsKey(CLIENT)) {
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

  /** Whether the group has taken it in by now. */
  boolean isMember() {
    return joins > 0;
  }
}
