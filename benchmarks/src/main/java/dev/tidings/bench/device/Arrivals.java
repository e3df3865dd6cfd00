package dev.tidings.bench.device;

import dev.tidings.bench.measure.Latencies;
import java.util.Map;
import java.util.Set;

/**
 * What has arrived.
 *
 * @param received notifications, each counted once
 * @param repeated arrivals of what had arrived before
 * @param late first arrivals behind a later one for the same device
 * @param strangers arrivals at another device than the one meant
 * @param missing what has not arrived, by device
 * @param latencies from when each was meant to be sent until it arrived, in the phase that counts
 */
public record Arrivals(
    long received,
    long repeated,
    long late,
    long strangers,
    Map<Integer, Set<Integer>> missing,
    Latencies latencies) {}
