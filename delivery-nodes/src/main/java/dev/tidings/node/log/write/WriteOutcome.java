package dev.tidings.node.log.write;

import org.apache.kafka.clients.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a write.
 *
 * @param number its place in the order in which writes were sent
 * @param probe whether it was the attempt for a topic that accepts nothing
 * @param by the producer it was sent with
 * @param failure null if the log has it
 */
record WriteOutcome(
    LogWrite write,
    long number,
    boolean probe,
    Producer<byte[], byte[]> by,
    @Nullable Exception failure) {}
