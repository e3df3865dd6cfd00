package dev.tidings.node.deliver;

import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.log.DeadLetters;
import dev.tidings.node.log.LogWriter;
import java.util.function.LongSupplier;

/**
 * What the partitions of a node have in common. All of it is thread-safe.
 *
 * @param evenMillis the time that ages are told by: milliseconds since any moment, whatever the
 *     host's clock is set to
 */
record Shared(
    DeliveryRules rules,
    LogWriter log,
    Receipts receipts,
    DeadLetters deadLetters,
    ParkedReader parkedReader,
    Judge judge,
    NodeMeters meters,
    LongSupplier evenMillis) {}
