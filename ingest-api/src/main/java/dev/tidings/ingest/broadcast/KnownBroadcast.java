package dev.tidings.ingest.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The progress of each partition with one broadcast. For one thread at a time. */
final class KnownBroadcast {
  private static final int OWN_BYTES = 400;
  private static final int PARTITION_BYTES = 25;
  private static final long UNKNOWN = -1;

  /** What is known of a partition. */
  private enum Stage {
    NONE(""),
    WAITING(""),
    RUNNING(""),
    // From the one that counts least for the whole.
    COMPLETED("completed"),
    EXPIRED("expired"),
    STOPPED("stopped"),
    REJECTED("rejected");

    private final String ending;

    Stage(String ending) {
      this.ending = ending;
    }

    boolean isOver() {
      return compareTo(RUNNING) > 0;
    }

    static Stage of(Broadcast progress) {
      @Nullable String ending = progress.getEnding();
      if (progress.getEndedAt() == null || ending == null) {
        return RUNNING;
      }
      return Arrays.stream(values())
          .filter(stage -> stage.ending.equals(ending))
          .findFirst()
          .orElse(REJECTED);
    }
  }

  private final String app;
  private String condition;
  private final Stage[] stages;
  private final long[] seen;
  private final long[] sent;
  private final long[] totals;
  private long startedAt = UNKNOWN;
  private long endedAt = UNKNOWN;
  private final boolean[] stops;

  KnownBroadcast(String app, String condition, int partitions) {
    this.app = app;
    this.condition = condition;
    this.stages = new Stage[partitions];
    Arrays.fill(stages, Stage.NONE);
    this.seen = new long[partitions];
    this.sent = new long[partitions];
    this.totals = new long[partitions];
    Arrays.fill(totals, UNKNOWN);
    this.stops = new boolean[partitions];
  }

  String app() {
    return app;
  }

  String condition() {
    return condition;
  }

  /** Takes the condition, which a partition that got no more than the stop does not have. */
  void describe(String condition) {
    if (this.condition.isEmpty()) {
      this.condition = condition;
    }
  }

  /** Returns about how much memory it takes. */
  long bytes() {
    return OWN_BYTES
        + 2L * (app.length() + condition.length())
        + (long) PARTITION_BYTES * stages.length;
  }

  /** A partition has the request, unless it is further than that. */
  void requested(int partition) {
    if (stages[partition] == Stage.NONE) {
      stages[partition] = Stage.WAITING;
    }
  }

  /** A partition has the request no more: it has ended, or was never to be sent. */
  void requestGone(int partition) {
    if (stages[partition] == Stage.WAITING) {
      stages[partition] = Stage.NONE;
    }
  }

  void progress(int partition, Broadcast progress) {
    stages[partition] = Stage.of(progress);
    seen[partition] = number(progress.getSeen());
    sent[partition] = number(progress.getSent());
    @Nullable Long total = progress.getSubscribers();
    totals[partition] = total == null ? UNKNOWN : total;
    @Nullable Long began = progress.getStartedAt();
    if (began != null && (startedAt == UNKNOWN || began < startedAt)) {
      startedAt = began;
    }
    endedAt = Math.max(endedAt, number(progress.getEndedAt()));
  }

  void progressGone(int partition) {
    if (stages[partition].isOver()) {
      stages[partition] = Stage.NONE;
    }
  }

  void stop(int partition, boolean requested) {
    stops[partition] = requested;
  }

  /** Returns whether every partition that is not done with it knows that it is to stop. */
  private boolean isStopping() {
    for (int i = 0; i < stages.length; i++) {
      if (!stages[i].isOver() && !stops[i]) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether no partition has anything of it. */
  boolean isGone() {
    return count(Stage.NONE) == stages.length;
  }

  /** Returns whether every partition is done with it, or has nothing of it. */
  boolean isOver() {
    return count(Stage.WAITING) + count(Stage.RUNNING) == 0;
  }

  BroadcastState state() {
    int missing = count(Stage.NONE);
    int waiting = count(Stage.WAITING);
    int running = count(Stage.RUNNING);
    // A partition that has nothing of it, though it was asked, gets it only if it is sent again.
    boolean over = isOver();
    return new BroadcastState(
        app,
        condition,
        name(over),
        missing,
        waiting,
        running,
        stages.length - missing - waiting - running,
        count(Stage.REJECTED),
        Arrays.stream(seen).sum(),
        total(over),
        Arrays.stream(sent).sum(),
        startedAt == UNKNOWN ? null : startedAt,
        over ? endedAt : null);
  }

  private String name(boolean over) {
    if (!over) {
      if (isStopping()) {
        return "stopping";
      }
      return count(Stage.WAITING) + count(Stage.NONE) == stages.length ? "waiting" : "running";
    }
    return Arrays.stream(stages).max(Stage::compareTo).orElse(Stage.COMPLETED).ending;
  }

  /** What all partitions that have ended have seen is all there was, if they came to the end. */
  private @Nullable Long total(boolean over) {
    if (over && count(Stage.COMPLETED) == stages.length) {
      return Arrays.stream(seen).sum();
    }
    return Arrays.stream(totals).allMatch(total -> total != UNKNOWN)
        ? Arrays.stream(totals).sum()
        : null;
  }

  private int count(Stage stage) {
    return (int) Arrays.stream(stages).filter(each -> each == stage).count();
  }

  private static long number(@Nullable Long read) {
    return read == null ? 0 : Math.max(0, read);
  }
}
