package dev.tidings.ingest.trace;

import java.time.Duration;

/**
 * How much of the log is read for one question.
 *
 * @param records at most, of each topic; the newest count
 * @param time at most, in all
 */
public record SearchLimits(long records, Duration time) {}
