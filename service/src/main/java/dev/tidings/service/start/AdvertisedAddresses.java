package dev.tidings.service.start;

import dev.tidings.service.kafka.client.KafkaClients;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;

/**
 * Checks the addresses that the brokers advertise ({@code advertised.listeners}): a client asks the
 * first broker for the addresses of all, and then uses only those.
 */
final class AdvertisedAddresses {
  private static final Duration ATTEMPT = Duration.ofSeconds(3);
  private static final int CONNECT_MILLIS = 1_500;

  private AdvertisedAddresses() {}

  /**
   * Returns a description of the problem if a broker advertises an address that does not answer.
   * Blocks for some seconds.
   */
  static Optional<String> complaint(KafkaClients clients) {
    return complaint(told(clients));
  }

  /** Returns the same of the brokers as they were told. */
  static Optional<String> complaint(Set<Node> brokers) {
    Set<String> silent = new TreeSet<>();
    for (Node node : brokers) {
      if (!answers(node)) {
        silent.add(node.host() + ":" + node.port());
      }
    }
    return silent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "it says that brokers are at %s, where none answers (expected: addresses that this host reaches, in the brokers' advertised.listeners)"
                .formatted(silent));
  }

  private static Set<Node> told(KafkaClients clients) {
    Set<Node> nodes = new HashSet<>();
    try (Consumer<byte[], byte[]> consumer =
        clients.consumer("addresses").answeredWithin(ATTEMPT).openConsumer()) {
      for (List<PartitionInfo> topic : consumer.listTopics(ATTEMPT).values()) {
        for (PartitionInfo partition : topic) {
          if (partition.leader() != null && !partition.leader().isEmpty()) {
            nodes.add(partition.leader());
          }
        }
      }
    } catch (KafkaException e) {
      return Set.of();
    }
    return nodes;
  }

  private static boolean answers(Node node) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(node.host(), node.port()), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
