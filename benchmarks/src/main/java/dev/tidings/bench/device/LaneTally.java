package dev.tidings.bench.device;

import dev.tidings.bench.measure.Latencies;
import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.provider.Recipients;

/** Counts the arrivals at the devices of one event loop, to which it is confined. */
final class LaneTally {
  private final Latencies hot = new Latencies();
  private final Latencies others = new Latencies();
  private Phase phase = Phase.NONE;
  private long repeated;
  private long late;
  private long strangers;

  /** Records a first arrival at the right device, in the measured phase. */
  void latency(Phase current, int device, long nanos) {
    if (!current.equals(phase)) {
      phase = current;
      hot.reset();
      others.reset();
    }
    (device == Recipients.HOT ? hot : others).record(nanos);
  }

  void count(SequenceCheck.Result result) {
    switch (result) {
      case IN_ORDER -> {
        // As expected.
      }
      case LATE -> late++;
      case REPEATED -> repeated++;
    }
  }

  /** Records one that was sent to another device. */
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
