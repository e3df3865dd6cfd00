package dev.tidings.node.replay;

import dev.tidings.node.window.DeliveryPrint;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which notifications were taken back, as far as they can be remembered: if they are too many, the
 * app that has the most is left out as a whole, so that no app takes anything from the others. Not
 * thread-safe.
 */
public final class TakenBack {
  /** How many are remembered of one device: some 70 bytes each. */
  static final int MOST = 4_096;

  /** More than a device has. */
  private static final int MOST_LEFT_OUT = 1_000;

  private final Map<String, Set<DeliveryPrint>> byApp = new HashMap<>();
  private final Set<String> leftOut = new HashSet<>();
  private final int most;
  private int count;

  /** What was taken back from one device. */
  TakenBack() {
    this(MOST);
  }

  /**
   * @param most how many are remembered
   */
  public TakenBack(int most) {
    this.most = most;
  }

  public void add(String app, DeliveryPrint print) {
    if (leftOut.contains(app)
        || !byApp.computeIfAbsent(app, _ -> new HashSet<>()).add(print)
        || ++count <= most) {
      return;
    }
    String largest =
        Collections.max(byApp.entrySet(), Comparator.comparingInt(entry -> entry.getValue().size()))
            .getKey();
    count -= byApp.getOrDefault(largest, Set.of()).size();
    byApp.remove(largest);
    leftOut.add(largest);
  }

  /** Whether it was taken back, or may have been. */
  public boolean contains(String app, DeliveryPrint print) {
    return leftOut.contains(app) || byApp.getOrDefault(app, Set.of()).contains(print);
  }

  /** Whether nothing of the app can be sent. */
  public boolean isLeftOut(String app) {
    return leftOut.contains(app);
  }

  /** Whether more apps are left out than a device has. */
  public boolean isFull() {
    return leftOut.size() > MOST_LEFT_OUT;
  }
}
