package dev.tidings.node.settle;

import dev.tidings.node.log.write.DeadLetters;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.replay.ReplaySource;
import java.util.function.LongSupplier;

/**
 * The services that all partitions of a node share. All of it is thread-safe.
 *
 * @param replays where what devices want once more is read
 * @param monotonicMillis the time that ages are told by: milliseconds since any moment, whatever
 *     the host's clock is set to
 */
public record PartitionServices(
    DeliveryRules rules,
    LogWriter log,
    Receipts receipts,
    DeadLetters deadLetters,
    ParkedReader parkedReader,
    DropPolicy dropPolicy,
    DeliveryMeters meters,
    ReplaySource replays,
    LongSupplier monotonicMillis) {}
