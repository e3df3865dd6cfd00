package dev.tidings.bench.device;

import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.provider.Recipients;

/** What the devices of one event loop have seen. Event loop only. */
final class LaneTally {
  private final Latencies hot = new Latencies();
  private final Latencies others = new Latencies();
  private Phase phase = Phase.NONE;
  private long repeated;
  private long late;
  private long strangers;

  /** One that was meant for this device, for the first time, in the phase that counts. */
  void latency(Phase current, int device, long nanos) {
    if (!current.equals(phase)) {
      phase = current;
      hot.reset();
      others.reset();
    }
    (device == Recipients.HOT ? hot : others).record(nanos);
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

  void addTo(Latencies allHot, Latencies allOthers) {
    allHot.add(hot);
    allOthers.add(others);
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
