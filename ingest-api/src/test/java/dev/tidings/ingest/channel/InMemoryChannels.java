package dev.tidings.ingest.channel;

import dev.tidings.schemas.topic.ChannelKey;
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

/** The topic {@code channels} without a broker: what is written is read when it is told to be. */
public final class InMemoryChannels implements Channels {
  private final ChannelTable table = new ChannelTable(1_000);
  private final List<ChannelTable.Change> unread = new ArrayList<>();
  public boolean known = true;

  /** Whether everything is read when somebody waits for it. */
  public boolean readable = true;

  /** Whether it has no place for another one that asks. */
  public boolean crowded;

  /** What the log answers in place of what it should. */
  public @Nullable ChannelResult fault;

  /** Another process has created one, which is not read yet. */
  public void createdElsewhere(ChannelKey key, boolean stores) {
    unread.add(new ChannelTable.Change(key, new Found(stores)));
  }

  private void read() {
    table.apply(List.copyOf(unread), Map.of(), Uuid.ZERO_UUID, 0);
    unread.clear();
  }

  @Override
  public boolean isKnown() {
    return known;
  }

  @Override
  public Optional<Found> find(ChannelKey key) {
    return table.find(key);
  }

  @Override
  public List<String> ids(String app) {
    return table.ids(app);
  }

  @Override
  public int count(Predicate<String> app) {
    return table.count(app);
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
  public void create(ChannelKey key, boolean stores, Consumer<ChannelResult> result) {
    if (fault == null) {
      createdElsewhere(key, stores);
    }
    result.accept(fault == null ? new ChannelResult.Done() : fault);
  }

  @Override
  public void delete(ChannelKey key, Consumer<ChannelResult> result) {
    if (fault == null) {
      table.remove(key);
    }
    result.accept(fault == null ? new ChannelResult.Done() : fault);
  }
}
