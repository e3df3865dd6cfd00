package dev.tidings.node.device;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.deliver.Phone;
import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.topic.InboxKey;
import dev.tidings.schemas.value.DeviceId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The cursor of a session under every order of what happens around it: entries reach the store, the
 * loop hears of them later, a page is read in between and arrives later still; some are parked
 * here, some by a replaced owner, ahead or as copies of what is hot here. Whatever the order, a
 * device that stays connected gets all it has subscribed to.
 *
 * <p>Shows G72 of docs/guarantees.md.
 */
class RandomParkedReadsTest {
  private static final ParkedHeader LABEL =
      new ParkedHeader(1, Long.MAX_VALUE, CollapseKeys.NONE, "token", "app", "id");
  private static final int CREDIT = 3;
  private static final int SEQUENCES = 60;
  private static final int EVENTS = 400;
  private static final int ENOUGH = 10_000;

  /** Who writes an entry, and whether this device takes it. */
  private enum Kind {
    PARKED_HERE,
    PARKED_HERE_FOR_ANOTHER_APP,
    PARKED_BY_ANOTHER,
    COPY,
    TOMBSTONE
  }

  private record News(long sequence, Kind kind, boolean stood) {}

  private final DeviceInbox inbox = new DeviceInbox(new DeviceId("phone"), null);
  private final DeviceSession session = new DeviceSession(null, inbox, new Phone(), CREDIT, 0);
  private final MemoryTable table = new MemoryTable();
  private final ParkedStore store = new ParkedStore(table);

  /** Written to the log, not in the store. */
  private final Queue<News> log = new ArrayDeque<>();

  /** In the store, not heard of on the loop. */
  private final Queue<News> news = new ArrayDeque<>();

  private final List<Long> unused = new ArrayList<>();
  private final Set<Long> hotWithCopy = new TreeSet<>();
  private final Set<Long> expected = new TreeSet<>();
  private final Set<Long> sent = new TreeSet<>();
  private final List<Integer> inFlight = new ArrayList<>();

  private long from;
  private long to;
  private long remaining;
  private int limit;
  private List<ParkedStore.Stored> page;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void a_device_that_stays_gets_everything(int block) {
    for (int seed = block * 500; seed < block * 500 + 500; seed++) {
      new RandomParkedReadsTest().run(seed);
    }
  }

  private void run(int seed) {
    Random random = new Random(seed);
    for (long sequence = 0; sequence < SEQUENCES; sequence++) {
      unused.add(sequence);
    }
    inbox.session(session);
    session.subscribe(Subscriptions.of(List.of("tidings/app/#")));
    for (int event = 0; event < EVENTS; event++) {
      step(random, random.nextInt(9));
    }
    for (int idle = 0; idle < ENOUGH && !isQuiet(); idle++) {
      for (int what = 1; what < 9; what++) {
        step(random, what);
      }
    }
    assertThat(isQuiet()).as("seed %d", seed).isTrue();
    assertThat(sent).as("seed %d", seed).containsAll(expected);
  }

  private boolean isQuiet() {
    return log.isEmpty()
        && news.isEmpty()
        && !session.hasBacklog()
        && inFlight.isEmpty()
        && hotWithCopy.isEmpty();
  }

  private void step(Random random, int what) {
    switch (what) {
      case 0 -> write(random);
      case 1, 2 -> reachStore();
      case 3, 4 -> hear();
      case 5 -> askForPage();
      case 6 -> readPage();
      case 7 -> takePage();
      case 8 -> {
        if (!inFlight.isEmpty()) {
          confirm(inFlight.remove(random.nextInt(inFlight.size())));
        }
        if (!hotWithCopy.isEmpty() && random.nextBoolean()) {
          endOrPark(hotWithCopy.iterator().next(), random.nextBoolean());
        }
      }
      default -> throw new AssertionError(what);
    }
  }

  private void write(Random random) {
    if (unused.isEmpty()) {
      return;
    }
    // Mostly in order.
    int place = random.nextInt(Math.min(unused.size(), random.nextInt(4) == 0 ? 12 : 1));
    long sequence = unused.remove(place);
    Kind kind = Kind.values()[random.nextInt(Kind.values().length - 1)];
    switch (kind) {
      case PARKED_HERE -> park(sequence, "app");
      case PARKED_HERE_FOR_ANOTHER_APP -> park(sequence, "another");
      default -> log.add(new News(sequence, kind, false));
    }
    if (kind == Kind.PARKED_HERE || kind == Kind.PARKED_BY_ANOTHER) {
      expected.add(sequence);
    }
  }

  private void park(long sequence, String app) {
    inbox.markParking(new Entry(sequence, inbox.device(), delivery(app), 1, 0));
    log.add(new News(sequence, Kind.PARKED_HERE, false));
  }

  private static Delivery delivery(String app) {
    return Delivery.newBuilder()
        .setId("id")
        .setToken("token")
        .setApp(app)
        .setPayload(ByteBuffer.allocate(0))
        .setSteps(List.of())
        .build();
  }

  /** What was hot here ends, and its copy with it; or it is parked here as well. */
  private void endOrPark(long sequence, boolean ends) {
    hotWithCopy.remove(sequence);
    if (ends) {
      log.add(new News(sequence, Kind.TOMBSTONE, false));
    } else {
      inbox.takeCopy(sequence);
      expected.add(sequence);
      park(sequence, "app");
    }
  }

  private void reachStore() {
    News next = log.poll();
    if (next != null) {
      Bytes key = Bytes.wrap(InboxKey.bytes(inbox.key(), next.sequence()));
      byte[] before =
          next.kind() == Kind.TOMBSTONE
              ? table.entries.remove(key)
              : table.entries.put(key, new byte[] {1});
      news.add(new News(next.sequence(), next.kind(), before != null));
    }
  }

  /** As {@code ParkedUpdates} does. */
  private void hear() {
    News next = news.poll();
    if (next == null) {
      return;
    }
    long sequence = next.sequence();
    if (next.kind() == Kind.TOMBSTONE) {
      inbox.remove(sequence, next.stood() ? LABEL : null);
      if (next.stood()) {
        session.removed(sequence);
      }
      return;
    }
    Entry here = inbox.removeParking(sequence);
    if (next.stood()) {
      inbox.replaceParked(LABEL, LABEL);
      session.storedAgain(sequence);
      return;
    }
    inbox.addParked(sequence, LABEL);
    if (next.kind() == Kind.COPY) {
      inbox.markCopy(sequence);
      hotWithCopy.add(sequence);
      session.storedCopy(sequence);
    } else {
      session.stored(sequence, here != null);
    }
  }

  /** As {@code Sender} does. */
  private void askForPage() {
    if (session.isReading() || session.availableCredit() <= 0 || !session.hasBacklog()) {
      return;
    }
    to = session.readableTo();
    if (to > session.cursor()) {
      session.beginRead();
      from = Math.max(session.cursor() + 1, Math.min(inbox.parked().low(), to));
      remaining = session.remaining();
      limit = session.availableCredit();
      page = null;
    }
  }

  private void readPage() {
    if (session.isReading() && page == null) {
      page = store.read(inbox.key(), from, to, remaining, limit);
    }
  }

  private void takePage() {
    if (!session.isReading() || page == null) {
      return;
    }
    long last = page.size() < limit ? to : page.getLast().sequence();
    Set<Long> gone = session.endRead(last, page.size());
    for (ParkedStore.Stored entry : page) {
      long sequence = entry.sequence();
      if (!gone.contains(sequence)
          && !inbox.isLeaving(sequence)
          && !session.inFlight().contains(sequence)) {
        sent.add(sequence);
        inFlight.add(session.inFlight().put(new Sent(sequence, delivery("app"), null, 0)));
      }
    }
  }

  private void confirm(int packetId) {
    Sent confirmed = session.inFlight().remove(packetId);
    inbox.markLeaving(confirmed.sequence());
    log.add(new News(confirmed.sequence(), Kind.TOMBSTONE, false));
  }
}
