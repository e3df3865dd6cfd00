package dev.tidings.streams.step;

import org.apache.kafka.streams.Topology;

/**
 * One step of the topology. It adds what it reads, keeps and does; where its records go is added
 * for all steps together, since several write to the same topics.
 */
public interface TopologyStep {
  /** Adds the step's sources, stores and processors. */
  void addTo(Topology topology);

  /** The name of its processor that forwards to the sinks of {@code write.Sinks}. */
  String output();
}
