package dev.tidings.bench.device;

import dev.tidings.bench.measure.Latencies;

/** What the devices of one event loop have seen. Event loop only. */
final class LaneTally {
  private final Latencies latencies = new Latencies();
  private long repeated;
  private long late;
  private long strangers;

  /** One that was meant for this device, for the first time, in the phase that counts. */
  void latency(long nanos) {
    latencies.record(nanos);
  }

  void count(SequenceCheck.Verdict verdict) {
    switch (verdict) {
      case IN_ORDER -> {
        // As it should be.
      }
      case LATE -> late++;
      case REPEATED -> repeated++;
    }
  }

  /** One that was meant for another device. */
  void stranger() {
    strangers++;
  }

  void addTo(Latencies all) {
    all.add(latencies);
  }

  long repeated() {
    return repeated;
  }

  long late() {
    return late;
  }

  long strangers() {
    return strangers;
  }
}
