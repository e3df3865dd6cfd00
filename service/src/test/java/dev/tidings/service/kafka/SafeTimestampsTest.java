package dev.tidings.service.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class SafeTimestampsTest {
  private final SafeTimestamps timestamps = new SafeTimestamps();

  @Test
  void a_record_without_a_time_has_that_of_those_before_it_or_now() {
    assertThat(timestamps.extract(record(5), 9)).isEqualTo(5);
    assertThat(timestamps.extract(record(-1), 9)).isEqualTo(9);
    assertThat(timestamps.extract(record(-1), -1)).isPositive();
  }

  private static ConsumerRecord<Object, Object> record(long timestamp) {
    return new ConsumerRecord<>(
        "topic",
        0,
        0,
        timestamp,
        TimestampType.CREATE_TIME,
        0,
        0,
        "key",
        "value",
        new RecordHeaders(),
        Optional.empty());
  }
}
