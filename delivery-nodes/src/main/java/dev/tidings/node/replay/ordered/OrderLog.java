package dev.tidings.node.replay.ordered;

import dev.tidings.schemas.avro.ReplayProgress;

/** Takes how far a partition has come with an order. Thread-safe; never blocks. */
@FunctionalInterface
public interface OrderLog {
  void write(String id, ReplayProgress progress);
}
