package dev.tidings.auth.device;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts the decisions of an authenticator, for meters. Thread-safe. */
public final class Outcomes {
  private final LongAdder accepted = new LongAdder();
  private final Map<RefusalReason, LongAdder> refused = new EnumMap<>(RefusalReason.class);

  public Outcomes() {
    for (RefusalReason reason : RefusalReason.values()) {
      refused.put(reason, new LongAdder());
    }
  }

  /** Counts one. */
  public void count(Decision<DeviceIdentity> decision) {
    switch (decision) {
      case Decision.Accepted<DeviceIdentity> _ -> accepted.increment();
      case Decision.Refused<DeviceIdentity>(var reason, var _) -> adder(reason).increment();
    }
  }

  /** Returns how many were accepted. */
  public long accepted() {
    return accepted.sum();
  }

  /** Returns how many were refused for that reason. */
  public long refused(RefusalReason reason) {
    return adder(reason).sum();
  }

  private LongAdder adder(RefusalReason reason) {
    LongAdder adder = refused.get(reason);
    if (adder == null) {
      throw new AssertionError(reason);
    }
    return adder;
  }
}
