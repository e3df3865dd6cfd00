package dev.tidings.node.log.life;

import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * The present state of a partition's log.
 *
 * @param topic the topic's id; {@link Uuid#ZERO_UUID} if unknown
 * @param start the first offset in the log
 * @param end the offset after the last record
 * @param divergence the offset from which its records differ from those that were read; empty if
 *     they are the same, or if that is unknown
 */
public record LogState(Uuid topic, long start, long end, Optional<Long> divergence) {
  LogState diverging(Optional<Long> from) {
    return new LogState(topic, start, end, from);
  }
}
