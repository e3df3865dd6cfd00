package dev.tidings.node.relay;

import dev.tidings.node.session.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ports of the other nodes, each asked once a minute by a thread of its own: until it has
 * answered, it has the one that it advertises. Safe to use from any thread; never blocks.
 */
public final class KnownPorts {
  private static final Logger LOG = LoggerFactory.getLogger(KnownPorts.class);
  private static final Duration AT_MOST = Duration.ofSeconds(2);
  private static final long KNOWN_NANOS = Duration.ofMinutes(1).toNanos();
  private static final long UNKNOWN_NANOS = Duration.ofSeconds(10).toNanos();

  /** What one has said last, and when it is asked again. */
  private record Answer(List<Integer> ports, long until) {}

  /** Asks a node; blocks. */
  @FunctionalInterface
  interface Question {
    List<Integer> ask(HostPort node) throws IOException;
  }

  private final Question question;
  private final LongSupplier nanoTime;
  private final Map<HostPort, Answer> answers = new ConcurrentHashMap<>();
  private final Set<HostPort> asked = ConcurrentHashMap.newKeySet();

  public KnownPorts() {
    this(node -> PortList.of(node, AT_MOST), System::nanoTime);
  }

  KnownPorts(Question question, LongSupplier nanoTime) {
    this.question = question;
    this.nanoTime = nanoTime;
  }

  /** Those of a node, the one that it advertises among them. */
  List<Integer> of(HostPort node) {
    Answer answer = answers.get(node);
    boolean due = answer == null || nanoTime.getAsLong() - answer.until() >= 0;
    if (due && asked.add(node)) {
      Thread.ofVirtual().name("ports-of-" + node).start(() -> ask(node));
    }
    return answer == null ? List.of(node.port()) : answer.ports();
  }

  /** Forgets those that are no nodes any more. */
  void retain(Set<HostPort> nodes) {
    answers.keySet().retainAll(nodes);
  }

  private void ask(HostPort node) {
    try {
      List<Integer> ports = question.ask(node);
      List<Integer> usable =
          ports.contains(node.port()) ? List.copyOf(ports) : List.of(node.port());
      answers.put(node, new Answer(usable, nanoTime.getAsLong() + KNOWN_NANOS));
    } catch (IOException | RuntimeException e) {
      LOG.debug("node {}: does not tell its ports: {}", node, e.toString());
      answers.put(node, new Answer(List.of(node.port()), nanoTime.getAsLong() + UNKNOWN_NANOS));
    } finally {
      asked.remove(node);
    }
  }
}
