package dev.tidings.service.kafka.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;

class StreamsRebalancesTest {
  @Test
  void each_beginning_of_an_assignment_counts_and_nothing_else() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    StreamsRebalances rebalances = new StreamsRebalances(meters);

    rebalances.onChange(State.REBALANCING, State.CREATED);
    rebalances.onChange(State.RUNNING, State.REBALANCING);
    rebalances.onChange(State.REBALANCING, State.RUNNING);
    rebalances.onChange(State.PENDING_SHUTDOWN, State.REBALANCING);

    assertThat(meters.get("tidings.kafka.rebalances").counter().count()).isEqualTo(2);
  }
}
