package dev.tidings.streams.step;

import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.streams.write.Sinks;
import java.util.List;
import org.apache.kafka.streams.Topology;

/** Puts the steps together: each adds itself, and their outputs share the sinks. */
public final class StreamsTopology {
  private StreamsTopology() {}

  public static Topology of(TopicNames names, List<TopologyStep> steps) {
    Topology topology = new Topology();
    steps.forEach(step -> step.addTo(topology));
    Sinks.addTo(topology, names, steps.stream().map(TopologyStep::output).toArray(String[]::new));
    return topology;
  }
}
