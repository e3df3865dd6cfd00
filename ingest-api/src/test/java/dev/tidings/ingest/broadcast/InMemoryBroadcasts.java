package dev.tidings.ingest.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.value.NotificationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** The topic {@code broadcasts} without a broker: what is written is read when it is told to be. */
public final class InMemoryBroadcasts implements Broadcasts {
  private final int partitions;
  private final BroadcastTable table;
  private final List<BroadcastTable.Change> unread = new ArrayList<>();

  /** What was given to the log, in order. */
  public final List<Broadcast> sent = new ArrayList<>();

  public final List<NotificationId> stopped = new ArrayList<>();
  public boolean known = true;

  /** Whether everything is read when somebody waits for it. */
  public boolean readable = true;

  /** Whether it has no place for another one that asks. */
  public boolean crowded;

  /** What the log answers in place of what it should. */
  public @Nullable BroadcastResult fault;

  public InMemoryBroadcasts(int partitions) {
    this.partitions = partitions;
    this.table = new BroadcastTable(1 << 20, partitions);
  }

  /** Reads what was written. */
  public void read() {
    table.apply(List.copyOf(unread), Map.of(), Uuid.ZERO_UUID, 0);
    unread.clear();
  }

  /** A partition says how far it has come. */
  public void progress(NotificationId id, int partition, Broadcast progress) {
    unread.add(new BroadcastTable.Change(new BroadcastKey(id, partition, Kind.PROGRESS), progress));
    read();
  }

  @Override
  public boolean isKnown() {
    return known;
  }

  @Override
  public int open(Predicate<String> app) {
    return table.open(app);
  }

  @Override
  public Optional<BroadcastState> find(NotificationId id) {
    return table.find(id);
  }

  @Override
  public Optional<CompletionStage<Void>> catchUp() {
    if (crowded) {
      return Optional.empty();
    }
    if (!readable) {
      return Optional.of(new CompletableFuture<>());
    }
    read();
    return Optional.of(CompletableFuture.completedStage(null));
  }

  @Override
  public void send(NewBroadcast broadcast, byte[] payload, Consumer<BroadcastResult> result) {
    if (fault == null) {
      Broadcast record = broadcast.record(payload, 1, "test");
      sent.add(record);
      each(broadcast.id(), Kind.REQUEST, record);
    }
    result.accept(fault == null ? new BroadcastResult.Accepted(1_764_417_600_000L) : fault);
  }

  @Override
  public void stop(NotificationId id, String app, Consumer<BroadcastResult> result) {
    if (fault == null) {
      stopped.add(id);
      each(id, Kind.STOP, NewBroadcast.stop(app));
    }
    result.accept(fault == null ? new BroadcastResult.Accepted(1) : fault);
  }

  private void each(NotificationId id, Kind kind, Broadcast record) {
    for (int partition = 0; partition < partitions; partition++) {
      unread.add(new BroadcastTable.Change(new BroadcastKey(id, partition, kind), record));
    }
  }
}
