package dev.tidings.ingest.audit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Uuid;

/** Topics of one partition, and what groups have committed of them. */
final class FakePositions implements LogPositions {
  static final Horizon.Names NAMES =
      new Horizon.Names("notifications", "streams", "deliveries", "nodes", "receipts", "traces");

  final Map<String, Long> ends = new HashMap<>();
  final Map<String, Long> committed = new HashMap<>();
  final Map<String, Uuid> committedOf = new HashMap<>();
  Uuid id = Uuid.ZERO_UUID;

  @Override
  public Map<Integer, OffsetAndMetadata> committed(String group, String topic) {
    Map<Integer, OffsetAndMetadata> found = new HashMap<>();
    Long at = committed.get(group);
    if (at != null) {
      found.put(0, new OffsetAndMetadata(at));
    }
    return found;
  }

  @Override
  public Optional<Uuid> committedOf(String group, String topic) {
    return Optional.ofNullable(committedOf.get(group));
  }

  @Override
  public Map<Integer, Long> ends(String topic) {
    return ends.containsKey(topic) ? Map.of(0, ends.get(topic)) : Map.of();
  }

  @Override
  public Uuid id(String topic) {
    return id;
  }
}
