package dev.tidings.node.deliver;

import dev.tidings.node.inbox.ParkedReader;
import dev.tidings.node.log.DeadLetters;
import dev.tidings.node.log.LogWriter;

/** What the partitions of a node have in common. All of it is thread-safe. */
record Shared(
    DeliveryRules rules,
    LogWriter log,
    Receipts receipts,
    DeadLetters deadLetters,
    ParkedReader parkedReader,
    Judge judge,
    NodeMeters meters) {}
