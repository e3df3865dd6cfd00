package dev.tidings.node.relay.peer;

import dev.tidings.node.cluster.NodeAddress;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The relay ports of the other nodes, each of which is asked once a minute by a thread of this
 * class: until a node has responded, only its advertised port is known. Thread-safe; never blocks.
 */
public final class KnownPorts {
  private static final Logger LOG = LoggerFactory.getLogger(KnownPorts.class);
  private static final Duration AT_MOST = Duration.ofSeconds(2);
  private static final long KNOWN_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long UNKNOWN_NANOS = Duration.ofSeconds(10).toNanos();

  /** A node's latest response, and the time of the next request. */
  private record Answer(List<Integer> ports, long until) {}

  /** Requests the ports of a node; blocks. */
  @FunctionalInterface
  public interface Question {
    List<Integer> ask(NodeAddress node) throws IOException;
  }

  private final Question question;
  private final LongSupplier nanoTime;
  private final Map<NodeAddress, Answer> answers = new ConcurrentHashMap<>();
  private final Set<NodeAddress> asked = ConcurrentHashMap.newKeySet();

  /**
   * @param tls for connections within TLS
   */
  public KnownPorts(Optional<PeerTls> tls) {
    this(node -> PortList.of(node, tls, AT_MOST), System::nanoTime);
  }

  public KnownPorts(Question question, LongSupplier nanoTime) {
    this.question = question;
    this.nanoTime = nanoTime;
  }

  /** Returns the ports of a node, including the advertised one. */
  public List<Integer> of(NodeAddress node) {
    Answer answer = answers.get(node);
    boolean due = answer == null || nanoTime.getAsLong() - answer.until() >= 0;
    if (due && asked.add(node)) {
      Thread.ofVirtual().name("ports-of-" + node).start(() -> ask(node));
    }
    return answer == null ? List.of(node.port()) : answer.ports();
  }

  /** Removes nodes that no longer exist. */
  public void retain(Set<NodeAddress> nodes) {
    answers.keySet().retainAll(nodes);
  }

  private void ask(NodeAddress node) {
    try {
      List<Integer> ports = question.ask(node);
      List<Integer> usable =
          ports.contains(node.port()) ? List.copyOf(ports) : List.of(node.port());
      answers.put(node, new Answer(usable, nanoTime.getAsLong() + KNOWN_NANOS));
    } catch (IOException | RuntimeException e) {
      LOG.debug("node {}: its relay ports are unknown: {}", node, e.toString());
      answers.put(node, new Answer(List.of(node.port()), nanoTime.getAsLong() + UNKNOWN_NANOS));
    } finally {
      asked.remove(node);
    }
  }
}
