package dev.tidings.node.inbox.assign;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.assignment.KafkaStreamsState;
import org.apache.kafka.streams.state.HostInfo;

/** Addresses that several nodes advertise: whoever looks for one of them finds another. */
final class SharedAddresses {
  private SharedAddresses() {}

  /** The names of those that share one, by address. */
  static Map<String, Set<String>> of(Collection<KafkaStreamsState> nodes) {
    Map<String, Set<String>> names = new TreeMap<>();
    for (KafkaStreamsState node : nodes) {
      node.hostInfo()
          .ifPresent(address ->
              names.computeIfAbsent(text(address), any -> new TreeSet<>()).add(name(node)));
    }
    names.values().removeIf(sharing -> sharing.size() < 2);
    return names;
  }

  private static String text(HostInfo address) {
    return address.host() + ":" + address.port();
  }

  /** The consumer's name begins with the node's. */
  private static String name(KafkaStreamsState node) {
    String consumer =
        node.consumerClientIds().stream().findFirst().orElse(node.processId().toString());
    int end = consumer.indexOf("-inbox-StreamThread");
    return end < 0 ? consumer : consumer.substring(0, end) + " (" + node.processId() + ")";
  }
}
