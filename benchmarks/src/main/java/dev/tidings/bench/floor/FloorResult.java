package dev.tidings.bench.floor;

import dev.tidings.bench.measure.Latencies;

/**
 * The result of measuring a floor.
 *
 * @param rate messages a second that arrived
 * @param latencies from the time at which each was due until it arrived
 * @param processor microseconds of processor time of the program for each message
 */
public record FloorResult(double rate, Latencies latencies, double processor) {}
