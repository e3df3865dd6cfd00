package dev.tidings.ingest.trace.table;

import java.util.Set;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.query.RangeQuery;
import org.apache.kafka.streams.query.StateQueryRequest;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.jspecify.annotations.Nullable;

/** A partition of this node, while this node has it. */
final class ServedPart implements ReceiptScan.Part {
  private final KafkaStreams streams;
  private final int partition;

  ServedPart(KafkaStreams streams, int partition) {
    this.streams = streams;
    this.partition = partition;
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> from(Bytes first) {
    return ask(RangeQuery.<Bytes, byte[]>withLowerBound(first).withAscendingKeys());
  }

  @Override
  public @Nullable Bytes last() {
    try (KeyValueIterator<Bytes, byte[]> backwards =
        ask(RangeQuery.<Bytes, byte[]>withNoBounds().withDescendingKeys())) {
      return backwards.hasNext() ? backwards.next().key : null;
    }
  }

  private KeyValueIterator<Bytes, byte[]> ask(RangeQuery<Bytes, byte[]> query) {
    @Nullable QueryResult<KeyValueIterator<Bytes, byte[]>> result;
    try {
      result =
          streams
              .query(
                  StateQueryRequest.inStore(TraceTopology.STORE)
                      .withQuery(query)
                      .withPartitions(Set.of(partition))
                      .requireActive())
              .getPartitionResults()
              .get(partition);
    } catch (IllegalStateException e) {
      throw new NotServedException("the trace table is stopped");
    }
    if (result == null) {
      throw new NotServedException("the trace table's partition is being moved");
    }
    if (result.isFailure()) {
      throw new NotServedException("the trace table is being restored");
    }
    return result.getResult();
  }

  /** The partition cannot be read on this node at the moment. */
  static final class NotServedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String why;

    NotServedException(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    String why() {
      return why;
    }
  }
}
