package dev.tidings.streams.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.write.ResolveOutputs.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A timetable between two topics, with notifications, withdrawals, commits and crashes in any
 * order: what was scheduled last is sent, what was withdrawn in time is not, and nothing stays.
 *
 * <p>Shows G106 of docs/guarantees.md.
 */
final class RandomTimetableTest extends TimetableHarness {
  private static final int IDS = 3;
  private static final int STEPS = 200;
  private static final int LONGEST = 400;

  private final List<Input> inputs = new ArrayList<>();
  private final List<Record<byte[], byte[]>> log = new ArrayList<>();
  private final Map<Integer, List<Long>> sentAt = new HashMap<>();
  private final List<Integer> sentSinceCommit = new ArrayList<>();
  private int inputAt;
  private int logAt;
  private int inputCommitted;
  private int logCommitted;

  /** The end of the log at the last commit: what follows may be lost in a crash. */
  private int logKept;

  /**
   * A record of the topic of notifications; its index is its number, and its time of acceptance.
   * One without a time is a withdrawal.
   */
  private static final class Input {
    private final int id;
    private final @Nullable Long due;
    private long committedAt = Long.MAX_VALUE;

    Input(int id, @Nullable Long due) {
      this.id = id;
      this.due = due;
    }
  }

  static IntStream seeds() {
    return IntStream.range(0, 30);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void each_ends_as_the_last_word_about_it_says(int seed) {
    Random random = new Random(seed);
    start(4);
    for (int i = 0; i < STEPS; i++) {
      step(random);
    }
    finish();

    for (int i = 0; i < inputs.size(); i++) {
      check(i, "seed " + seed + ", input " + i + ": " + inputs.get(i).id);
    }
    assertThat(store.count()).as("seed " + seed).isZero();
  }

  private void step(Random random) {
    switch (random.nextInt(13)) {
      case 0, 1, 2 -> {
        inputs.add(
            new Input(
                random.nextInt(IDS),
                random.nextInt(3) == 0 ? null : now + random.nextInt(LONGEST)));
        process();
      }
      case 3, 4 -> process();
      case 5, 6, 7 -> readSome(random.nextInt(4));
      case 8, 9 -> tick();
      case 10 -> now += random.nextInt(LONGEST / 4);
      case 11 -> commit();
      default -> crash(random);
    }
  }

  private void process() {
    if (inputAt == inputs.size()) {
      return;
    }
    int number = inputAt++;
    Input input = inputs.get(number);
    var notification = some(input.id).setAcceptedAt((long) number).setDeliverAt(input.due);
    if (input.due == null) {
      notification.setId(id(1_000 + number)).setWithdraws(id(input.id));
    }
    byte[] value = bytes(notification.build());
    switch (new NotificationReader(client).read(TOKEN.key(), value)) {
      case ReadResult.Valid valid -> {
        Record<byte[], byte[]> record = new Record<>(TOKEN.key(), value, number);
        if (!timetable.takes(valid, record, new Source("n", 0, number), number)) {
          due(valid);
        }
      }
      case ReadResult.Withdrawal withdrawal -> timetable.withdraw(withdrawal, number);
      case ReadResult.TopicChange _, ReadResult.Invalid _, ReadResult.SchemaMissing _ ->
          throw new AssertionError();
    }
    log.addAll(forwarded());
  }

  @Override
  void due(ReadResult.Valid valid) {
    int number = valid.notification().getAcceptedAt().intValue();
    sentAt.computeIfAbsent(number, same -> new ArrayList<>()).add(now);
    sentSinceCommit.add(number);
  }

  private void readSome(int count) {
    for (int i = 0; i < count && logAt < log.size(); i++) {
      timetable.read(log.get(logAt), new Source(TOPIC, 0, logAt));
      logAt++;
      log.addAll(forwarded());
    }
  }

  private void tick() {
    timetable.tick();
    log.addAll(forwarded());
  }

  private void commit() {
    commits.commit(Map.of());
    for (int i = inputCommitted; i < inputAt; i++) {
      inputs.get(i).committedAt = Math.min(inputs.get(i).committedAt, now);
    }
    inputCommitted = inputAt;
    logCommitted = logAt;
    logKept = log.size();
    sentSinceCommit.clear();
  }

  /** The table is as far as it was read, or restored as far as was committed. */
  private void crash(Random random) {
    if (random.nextBoolean()) {
      sentSinceCommit.forEach(number -> sentAt.get(number).removeLast());
    }
    sentSinceCommit.clear();
    int kept = Math.max(logAt, logKept);
    int end = kept + random.nextInt(log.size() - kept + 1);
    while (log.size() > end) {
      log.removeLast();
    }
    if (random.nextBoolean()) {
      open();
      for (Record<byte[], byte[]> record : log.subList(0, logCommitted)) {
        if (record.key().length > 5) {
          store.put(Bytes.wrap(record.key()), record.value());
        }
      }
    }
    timetable.leave();
    start(4);
    inputAt = inputCommitted;
    logAt = logCommitted;
  }

  private void finish() {
    for (int i = 0; i < 20; i++) {
      while (inputAt < inputs.size()) {
        process();
      }
      readSome(Integer.MAX_VALUE);
      tick();
      commit();
      now += LONGEST;
    }
  }

  private void check(int number, String what) {
    Input input = inputs.get(number);
    List<Long> sent = sentAt.getOrDefault(number, List.of());
    Input next = null;
    for (int i = number + 1; i < inputs.size() && next == null; i++) {
      next = inputs.get(i).id == input.id ? inputs.get(i) : null;
    }
    if (input.due == null) {
      assertThat(sent).as(what).isEmpty();
      return;
    }
    assertThat(sent).as(what).allSatisfy(at -> assertThat(at).isGreaterThanOrEqualTo(input.due));
    if (next == null) {
      assertThat(sent).as(what).isNotEmpty();
    } else if (next.due == null && next.committedAt < input.due) {
      assertThat(sent).as(what).isEmpty();
    }
  }
}
