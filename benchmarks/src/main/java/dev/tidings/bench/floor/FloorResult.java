package dev.tidings.bench.floor;

import dev.tidings.bench.measure.Latencies;

/**
 * What a floor has come to.
 *
 * @param rate messages a second that arrived
 * @param latencies from when each was meant to be sent until it arrived
 * @param processor microseconds of processor time of the program for each message
 */
public record FloorResult(double rate, Latencies latencies, double processor) {}
