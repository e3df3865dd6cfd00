package dev.tidings.ingest.trace;

import java.time.Duration;

/**
 * The limits of the search of the log for one request.
 *
 * @param records the maximum number of records of each topic; the newest are read
 * @param time the maximum total time
 */
public record SearchLimits(long records, Duration time) {}
