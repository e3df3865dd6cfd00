package dev.tidings.node.log.life;

import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * A partition's log as it is now.
 *
 * @param topic the topic's id; {@link Uuid#ZERO_UUID} if nobody tells
 * @param start the first offset that is kept
 * @param end the offset behind the last record
 * @param divergence from where on its records are others than those that were read; empty if they
 *     are the same, or nobody can tell
 */
public record LogState(Uuid topic, long start, long end, Optional<Long> divergence) {}
