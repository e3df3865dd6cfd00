package dev.tidings.node;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryNodeStopTest {
  /** It is started before the directory, which asks the others over it: else no node starts. */
  @Test
  void what_nodes_prove_themselves_by_stops_after_what_asks_the_others() {
    assertThat(DeliveryNode.STOP_ORDER.steps())
        .containsSubsequence("owner directory", "internal tls", "group watch");
  }
}
