package dev.tidings.auth.provider;

import dev.tidings.auth.provider.ProviderDecision.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the decisions, for meters. Thread-safe. */
public final class ProviderOutcomes {
  private final LongAdder accepted = new LongAdder();
  private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);

  ProviderOutcomes() {
    for (Reason reason : Reason.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  void count(ProviderDecision decision) {
    switch (decision) {
      case ProviderDecision.Accepted _ -> accepted.increment();
      case ProviderDecision.Refused(Reason reason, String _) -> adder(reason).increment();
    }
  }

  /** Returns how many were accepted. */
  public long accepted() {
    return accepted.sum();
  }

  /** Returns how many were refused for that reason. */
  public long refused(Reason reason) {
    return adder(reason).sum();
  }

  private LongAdder adder(Reason reason) {
    LongAdder adder = refused.get(reason);
    if (adder == null) {
      throw new AssertionError(reason);
    }
    return adder;
  }
}
