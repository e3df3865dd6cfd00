package dev.tidings.node.log;

import java.time.Duration;

/**
 * What an operator decides about reading.
 *
 * @param maxWindowBytes what a partition's unresolved entries may weigh
 * @param maxTotalBytes what those of all partitions may weigh
 * @param duplicateWindow how many records from before the commit are read again, for whoever wants
 *     to recognise them
 * @param sessionTimeout after which a node that is not heard of loses its partitions to others
 * @param renewal how often all is committed though nothing has changed: brokers forget commits
 * @param skipsCorrupt whether records that the log gives back damaged are passed over
 */
public record ReaderRules(
    long maxWindowBytes,
    long maxTotalBytes,
    int duplicateWindow,
    Duration sessionTimeout,
    Duration renewal,
    boolean skipsCorrupt) {}
