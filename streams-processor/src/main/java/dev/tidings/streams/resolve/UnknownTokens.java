package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistrationReader.Destination;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.schedule.Timetable;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import dev.tidings.streams.write.TableMark;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the notifications of unknown tokens wait for a registration, and ends their waiting: when it
 * comes, or when their time is over. For the stream thread alone.
 */
final class UnknownTokens {
  private static final Logger log = LoggerFactory.getLogger(UnknownTokens.class);

  private static final int MAX_READ_AGAIN = 100;
  private static final int MAX_READABLE = 10_000;
  private static final int MAX_WRITTEN_AGAIN = 1_000;
  private static final long LONGEST_RELEASE_NANOS = Duration.ofMillis(10).toNanos();

  /** As many at once at most, and no longer than that: what lives is to be sent meanwhile. */
  static final int MOST_ENDED = 1_000;

  /**
   * After so long those are told to wait of which nothing can be said though their time is over.
   */
  private static final long UNSAID_MILLIS = Duration.ofSeconds(10).toMillis();

  /** The longest pause between two looks at one whose registration can't be read yet. */
  private static final Duration LONGEST_STAY = Duration.ofMinutes(1);

  private final StepContext stepContext;
  private final InstantSource clock;
  private final GuardedReader reader;
  private final RegistrationTable registrations;
  private final WaitingRoom waiting;
  private final TableMark mark;
  private final ResolveOutputs outputs;
  private final Dispatch dispatch;
  private final int partition;
  private final Supplier<Timetable> timetable;

  /** Tokens with waiting records that cannot be read yet. */
  private final Set<Bytes> unread = new LinkedHashSet<>();

  /** Those whose receipt says that they wait for longer than usual. */
  private final Set<Bytes> told = new HashSet<>();

  /** Tokens of which all that waits was found readable, so that it is not read again and again. */
  private final Set<Bytes> readable = new HashSet<>();

  /** Tokens of what was found at the start: its end may not have come into the log before. */
  private final Queue<Bytes> found = new ArrayDeque<>();

  /** Whether there were more whose time is over than could be ended at once. */
  private boolean isOverdue;

  /** Since when nothing can be said of some whose time is over; 0 if there are none. */
  private long unsaidSince;

  UnknownTokens(
      StepContext stepContext,
      GuardedReader reader,
      RegistrationTable registrations,
      WaitingRoom waiting,
      TableMark mark,
      ResolveOutputs outputs,
      Dispatch dispatch,
      int partition,
      Supplier<Timetable> timetable) {
    this.stepContext = stepContext;
    this.clock = stepContext.clock();
    this.reader = reader;
    this.registrations = registrations;
    this.waiting = waiting;
    this.mark = mark;
    this.outputs = outputs;
    this.dispatch = dispatch;
    this.partition = partition;
    this.timetable = timetable;
    found.addAll(waiting.tokens());
  }

  /** Returns whether notifications of this token wait. */
  boolean hasOf(Bytes token) {
    return waiting.hasOf(token);
  }

  /** Returns whether something of this token waits that cannot be read yet. */
  boolean hasUnread(Bytes token) {
    if (!waiting.hasOf(token) || readable.contains(token)) {
      return false;
    }
    boolean anyUnread =
        waiting.of(token).stream()
            .map(waiting::kept)
            .anyMatch(kept ->
                kept != null
                    && reader.read(token.get(), kept.value()) instanceof ReadResult.SchemaMissing);
    if (!anyUnread) {
      if (readable.size() >= MAX_READABLE) {
        readable.clear();
      }
      readable.add(token);
    }
    return anyUnread;
  }

  /**
   * Lets a notification wait. Without room it becomes a dead letter, with a receipt if readable.
   *
   * @param notification null if it cannot be read yet
   * @param since when its waiting began, in milliseconds since 1970
   */
  void await(
      Token token,
      @Nullable Notification notification,
      long since,
      long timestamp,
      Record<byte[], byte[]> record,
      Source from) {
    Waiting one = new Waiting(Bytes.wrap(token.key()), from.offset(), since);
    Optional<String> full = full(one, notification, timestamp, record.value());
    if (full.isPresent()) {
      stepContext.meters().waitingRefused();
      outputs.refuse(new ReadResult.Invalid(full.get(), notification, token), record, from);
      return;
    }
    waiting.add(one, timestamp, record);
    if (notification == null) {
      readable.remove(one.token());
      unread.add(one.token());
    }
  }

  private Optional<String> full(
      Waiting one, @Nullable Notification notification, long timestamp, byte[] record) {
    if (notification != null && notification.getWithdraws() != null) {
      return waiting.fullForWithdrawal(one, timestamp, record);
    }
    return notification != null && notification.getDevice() != null
        ? waiting.fullForDevice(one, timestamp, record)
        : waiting.full(one, timestamp, record);
  }

  /** Delivers what came before its token's registration, in order, as far as it can be read. */
  void release(Bytes token) {
    Destination destination = registrations.find(token);
    if (destination == null) {
      return;
    }
    for (Waiting each : waiting.of(token)) {
      if (!leave(
          each, false, (valid, timestamp) -> dispatch.deliver(valid, destination, timestamp))) {
        unread.add(token);
        return;
      }
    }
    unread.remove(token);
  }

  /** Returns whether {@link #tidy} should be called soon and often. */
  boolean isBusy() {
    return waiting.isDeleting() || !found.isEmpty() || isOverdue;
  }

  /** Deletes what has left, releases what was found at the start, and ends what is overdue. */
  void tidy() {
    waiting.deleteSettled();
    if (isOverdue) {
      endOverdue();
    }
    long start = System.nanoTime();
    while (!found.isEmpty() && System.nanoTime() - start < LONGEST_RELEASE_NANOS) {
      release(found.remove());
    }
  }

  /** Writes and reads again what could not be, and ends what has waited long enough. */
  void tick() {
    tidy();
    waiting.writeAgain(MAX_WRITTEN_AGAIN);
    if (waiting.isEmpty()) {
      unread.clear();
      readable.clear();
      return;
    }
    // A few tokens at a time, in turn: any producer can write unreadable records.
    List<Bytes> some = unread.stream().limit(MAX_READ_AGAIN).toList();
    unread.removeAll(some);
    for (Bytes token : some) {
      if (waiting.hasOf(token)) {
        unread.add(token);
        release(token);
      }
    }
    endOverdue();
  }

  /** Ends the waiting whose time is over, if all tokens up to then are known to be in the table. */
  void endOverdue() {
    long grace = stepContext.grace().toMillis();
    long now = clock.millis();
    // If the topic was recreated meanwhile, tokens are missing in its table.
    long complete = Math.min(mark.completeUntil(now), stepContext.topicsSameUntil().getAsLong());
    isOverdue = some(complete - grace, this::endWaiting);
    Waiting next = waiting.since(now - grace);
    if (next != null && next.since() > mark.completeUntil(now) - grace) {
      mark.write(now);
    }
    tellUnsaid(now, next == null || isOverdue);
  }

  /** What is overdue and can't be judged waits on, once that has been so for a while. */
  private void tellUnsaid(long now, boolean none) {
    if (none || now < unsaidSince) {
      unsaidSince = 0;
    } else if (unsaidSince == 0) {
      unsaidSince = now;
    } else if (now - unsaidSince >= UNSAID_MILLIS) {
      // Others become overdue all the time, and are judged as soon as the next mark is read.
      some(now - stepContext.grace().toMillis() - UNSAID_MILLIS, this::stay);
    }
  }

  /** Does this with what has waited since then, some at a time; returns whether there is more. */
  private boolean some(long since, Consumer<Waiting> action) {
    long until = System.nanoTime() + LONGEST_RELEASE_NANOS;
    Waiting next = waiting.since(since);
    for (int done = 0; next != null && done < MOST_ENDED && System.nanoTime() - until < 0; done++) {
      action.accept(next);
      next = waiting.since(since);
    }
    return next != null;
  }

  private void endWaiting(Waiting who) {
    Destination destination = registrations.find(who.token());
    Waiting first = waiting.of(who.token()).getFirst();
    if (first.offset() != who.offset()
        && first.since() > who.since()
        && (destination != null || changes(who))) {
      // It follows one that cannot be judged or read yet, and must not overtake it.
      waiting.postpone(who, first.since());
      return;
    }
    if (destination == null) {
      if (registrations.isReadLater(who.token())) {
        stay(who);
      } else {
        leave(who, true, dispatch::unregistered);
      }
      return;
    }
    leave(who, true, (valid, timestamp) -> dispatch.deliver(valid, destination, timestamp));
    release(who.token());
  }

  /** Whether it is no notification, but changes what others before it have brought about. */
  private boolean changes(Waiting who) {
    Waiting.@Nullable Kept kept = waiting.kept(who);
    return kept != null
        && switch (reader.read(who.token().get(), kept.value())) {
          case ReadResult.TopicChange _, ReadResult.Withdrawal _ -> true;
          case ReadResult.Valid _, ReadResult.SchemaMissing _, ReadResult.Invalid _ -> false;
        };
  }

  /**
   * Has one wait on whose token has, or may have, a registration that can't be read yet. What can't
   * be read itself, or has expired, does not; a topic's change and a withdrawal do not expire.
   */
  private void stay(Waiting who) {
    Waiting.@Nullable Kept kept = waiting.kept(who);
    boolean stays =
        kept != null
            && switch (reader.read(who.token().get(), kept.value())) {
              case ReadResult.Valid valid -> {
                boolean wanted = !dispatch.isOver(valid, kept.timestamp());
                if (wanted && told.add(who.key())) {
                  stepContext.meters().waitingLong();
                  outputs.waits(valid, kept.timestamp());
                }
                yield wanted;
              }
              case ReadResult.TopicChange _, ReadResult.Withdrawal _ -> true;
              case ReadResult.SchemaMissing _, ReadResult.Invalid _ -> false;
            };
    if (kept == null || !stays) {
      leave(who, true, (over, timestamp) -> log.debug("{} has expired", over.id()));
      return;
    }
    // Ever more seldom: as soon as it can be read, it is found by its token.
    long grace = stepContext.grace().toMillis();
    long now = clock.millis();
    long pause =
        Math.clamp((now - kept.timestamp()) / 2, grace, Math.max(grace, LONGEST_STAY.toMillis()));
    waiting.postpone(who, now + pause - grace);
    unread.add(who.token());
  }

  /** The action for a notification whose waiting is over. */
  private interface Departure {
    void of(ReadResult.Valid valid, long timestamp);
  }

  /** Ends the waiting of one. Returns false if it can't be read yet and has another chance. */
  private boolean leave(Waiting who, boolean lastChance, Departure departure) {
    Waiting.@Nullable Kept kept = waiting.kept(who);
    boolean left = kept == null || leave(who, kept, lastChance, departure);
    if (left) {
      told.remove(who.key());
      waiting.remove(who);
    }
    return left;
  }

  /** As {@link #leave(Waiting, boolean, Departure)}; no failure with one may stop the partition. */
  private boolean leave(Waiting who, Waiting.Kept kept, boolean lastChance, Departure departure) {
    try {
      return depart(who, kept, lastChance, departure);
    } catch (KafkaException | RegistryRetry.StoppedException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("unexpected failure with what has waited: it goes to the dead letters", e);
      outputs.deadLetter(record(who, kept), source(who), "unexpected: " + e.getClass().getName());
      return true;
    }
  }

  private boolean depart(Waiting who, Waiting.Kept kept, boolean lastChance, Departure departure) {
    switch (reader.read(who.token().get(), kept.value())) {
      // What could not be read when it arrived may have a time of its own.
      case ReadResult.Valid valid -> {
        if (!timetable.get().takes(valid, record(who, kept), source(who), kept.timestamp())) {
          departure.of(valid, kept.timestamp());
        }
      }
      case ReadResult.SchemaMissing schemaMissing -> {
        if (!lastChance) {
          return false;
        }
        outputs.refuse(schemaMissing.otherwise(), record(who, kept), source(who));
      }
      // It was valid when it arrived: should the rules change, it is not lost.
      case ReadResult.Invalid invalid -> outputs.refuse(invalid, record(who, kept), source(who));
      case ReadResult.Withdrawal withdrawal ->
          timetable.get().withdraw(withdrawal, kept.timestamp());
      case ReadResult.TopicChange change ->
          dispatch.change(
              change,
              registrations.find(who.token()),
              record(who, kept),
              source(who),
              kept.timestamp());
    }
    return true;
  }

  private static Record<byte[], byte[]> record(Waiting who, Waiting.Kept kept) {
    return new Record<>(who.token().get(), kept.value(), kept.timestamp(), kept.headers());
  }

  private Source source(Waiting who) {
    return new Source(stepContext.names().of(LogTopics.NOTIFICATIONS), partition, who.offset());
  }
}
