package dev.tidings.node.deliver;

import dev.tidings.node.replay.ReplayRules;
import dev.tidings.node.replay.ReplaySource;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.replay.Slice;
import dev.tidings.node.window.DeliveryPrint;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Reads the fake log at once, three records at a time, or when the test lets it. The end of a span
 * is an offset here.
 */
final class FakeReplays implements ReplaySource {
  static final int SLICE = 3;

  /** For a device that is away. */
  static final Duration WAIT = Duration.ofHours(1);

  final AtomicInteger places = new AtomicInteger(2);

  /** How often a span was begun to be read, from which on the log is searched. */
  final AtomicInteger searches = new AtomicInteger();

  /** How many records were given. */
  final AtomicInteger given = new AtomicInteger();

  final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
  volatile boolean holds;
  volatile boolean fails;
  volatile boolean gives = true;
  private final Function<Slice.Wanted, List<Slice.Found>> log;

  FakeReplays(Function<Slice.Wanted, List<Slice.Found>> log) {
    this.log = log;
  }

  @Override
  public ReplayRules rules() {
    return new ReplayRules(2, 1, 1 << 20, 1_000_000, Duration.ofMinutes(1), WAIT);
  }

  @Override
  public boolean enter() {
    return places.getAndUpdate(free -> Math.max(0, free - 1)) > 0;
  }

  @Override
  public void leave() {
    places.incrementAndGet();
  }

  @Override
  public void read(Slice.Wanted wanted, BiConsumer<Slice, Throwable> then) {
    if (wanted.progress() == null) {
      searches.incrementAndGet();
    }
    if (holds) {
      held.add(() -> answer(wanted, then));
    } else {
      answer(wanted, then);
    }
  }

  @Override
  public ReplaySource ordered() {
    return this;
  }

  void letGo() {
    holds = false;
    for (Runnable next = held.poll(); next != null; next = held.poll()) {
      next.run();
    }
  }

  private static List<Slice.Withdrawn> withdrawn(List<Slice.Found> all) {
    return all.stream()
        .filter(found -> WithdrawalId.isOne(found.delivery().getId()))
        .map(found ->
            new Slice.Withdrawn(
                found.delivery().getApp(),
                DeliveryPrint.of(
                    WithdrawalId.parse(found.delivery().getId()).withdrawn().value(),
                    found.delivery().getToken(),
                    found.device())))
        .toList();
  }

  private static long begin(Slice.Wanted wanted) {
    return wanted.span().since() instanceof ReplaySpan.Position(long sequence) ? sequence : 0;
  }

  private void answer(Slice.Wanted wanted, BiConsumer<Slice, Throwable> then) {
    if (fails) {
      then.accept(null, new IllegalStateException("for the test"));
      return;
    }
    List<Slice.Found> all = log.apply(wanted);
    long end = all.isEmpty() ? 0 : all.getLast().sequence() + 1;
    if (wanted.progress() == null && gives && !all.isEmpty()) {
      long until = Math.min(end, wanted.span().until());
      then.accept(
          new Slice(List.of(), withdrawn(all), new Slice.Progress(begin(wanted), until, false)),
          null);
      return;
    }
    long from = wanted.progress() == null ? 0 : wanted.progress().next();
    long to = wanted.progress() == null ? end : wanted.progress().end();
    List<Slice.Found> some =
        all.stream()
            .filter(found -> found.sequence() >= from && found.sequence() < to && gives)
            .limit(SLICE)
            .toList();
    given.addAndGet(some.size());
    long next = !gives ? from : some.size() < SLICE ? to : some.getLast().sequence() + 1;
    then.accept(new Slice(some, new Slice.Progress(next, to, false)), null);
  }
}
