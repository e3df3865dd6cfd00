package dev.tidings.bench.provider;

import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The record of what was sent and how it was answered. One thread sends and one receives responses;
 * the counts may be read by any thread.
 */
public final class SendLog {
  private final LongAdder sent = new LongAdder();
  private final LongAdder accepted = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final Latencies latencies = new Latencies();
  private final Map<String, Long> reasons = new TreeMap<>();
  private final Map<Integer, Set<Integer>> refusals = new HashMap<>();
  private volatile Phase phase = Phase.NONE;
  private Phase counted = Phase.NONE;

  public void phase(Phase current) {
    phase = current;
  }

  void sent() {
    sent.increment();
  }

  void accepted(long meant, long now) {
    accepted.increment();
    Phase current = phase;
    if (current.contains(meant)) {
      if (!current.equals(counted)) {
        counted = current;
        latencies.reset();
      }
      latencies.record(now - meant);
    }
  }

  synchronized void refused(int device, int sequence, String why) {
    refused.increment();
    reasons.merge(why, 1L, Long::sum);
    refusals.computeIfAbsent(device, key -> new HashSet<>()).add(sequence);
  }

  public long sentSoFar() {
    return sent.sum();
  }

  public long acceptedSoFar() {
    return accepted.sum();
  }

  public long refusedSoFar() {
    return refused.sum();
  }

  /** Returns the reasons for refusals, with their numbers. */
  public synchronized Map<String, Long> reasons() {
    return new TreeMap<>(reasons);
  }

  public synchronized boolean isRefused(int device, int sequence) {
    return refusals.getOrDefault(device, Set.of()).contains(sequence);
  }

  /**
   * Returns the latencies from the time at which each was due until it was accepted, in the
   * measured phase. To be called after the provider has ended.
   */
  public Latencies latencies() {
    var copy = new Latencies();
    copy.add(latencies);
    return copy;
  }
}
