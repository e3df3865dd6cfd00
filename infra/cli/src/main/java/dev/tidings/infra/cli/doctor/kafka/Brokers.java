package dev.tidings.infra.cli.doctor.kafka;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/**
 * The brokers of a cluster.
 *
 * @param nodes as they tell one another's clients: with the addresses that they advertise
 */
record Brokers(List<Node> nodes) {
  /** More of them add nothing to how safe a record is. */
  private static final int REPLICAS = 3;

  /** Returns how many replicas a topic should have. */
  int replicas() {
    return Math.min(REPLICAS, nodes.size());
  }

  /** Returns how many replicas should have to have a record before it counts. */
  int inSync() {
    return Math.min(2, nodes.size());
  }

  List<Integer> ids() {
    return nodes.stream().map(Node::id).toList();
  }

  List<ConfigResource> resources() {
    return nodes.stream()
        .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
        .collect(Collectors.toList());
  }

  @Override
  public String toString() {
    return nodes.size() + (nodes.size() == 1 ? " broker" : " brokers");
  }
}
