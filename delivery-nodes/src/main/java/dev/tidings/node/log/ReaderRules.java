package dev.tidings.node.log;

import java.time.Duration;

/**
 * An operator's settings for reading.
 *
 * @param maxWindowBytes the maximum size of a partition's unresolved entries, in bytes
 * @param maxTotalBytes the maximum size of those of all partitions together
 * @param duplicateWindow how many records before the commit are read again, to recognise
 *     repetitions by them
 * @param sessionTimeout the time after which a node that sends no heartbeat loses its partitions
 * @param renewal the interval at which all points are committed even if unchanged: brokers expire
 *     commits
 * @param skipsCorrupt whether records that the log returns damaged are skipped
 */
public record ReaderRules(
    long maxWindowBytes,
    long maxTotalBytes,
    int duplicateWindow,
    Duration sessionTimeout,
    Duration renewal,
    boolean skipsCorrupt) {}
