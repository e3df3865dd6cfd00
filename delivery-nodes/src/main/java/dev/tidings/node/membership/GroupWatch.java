package dev.tidings.node.membership;

import dev.tidings.service.health.Health;
import dev.tidings.service.health.HealthCheck;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects that this node is cut off from its group: Kafka's consumer acts as a member until a
 * response states otherwise, and without a connection there is no response. Or the response comes
 * from a broker that was the group's coordinator, and does not know that another one is (seen after
 * all brokers were killed at once): then the clients are made anew. Time is measured by a monotonic
 * clock, not by the host's.
 */
public final class GroupWatch implements HealthCheck, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GroupWatch.class);
  private static final long EVERY_MILLIS = 250;
  private static final long ASK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Time given to new clients to join, before others are made. */
  private static final long REJOIN_AGAIN_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How often the group is asked for its members though all seems well. */
  private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * Time given to a stream thread to release its partitions after it has learned that it is no
   * longer a member.
   */
  private static final Duration SETTLING = Duration.ofSeconds(3);

  private enum Standing {
    SURE,
    IN_DOUBT,
    CUT_OFF
  }

  /** The group's response to a query. */
  private record Called(long askedAt, Set<String> members) {}

  private final Supplier<Map<String, GroupAnswers>> answers;
  private final GroupMembership roll;
  private final Rules rules;
  private final GroupListener listener;
  private final Runnable rejoin;
  private final GroupMeters meters;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread =
      Thread.ofPlatform().name("group-watch").daemon().unstarted(this::run);
  private final AtomicReference<@Nullable Called> called = new AtomicReference<>();
  private final Map<String, MemberSilence> voices = new HashMap<>();
  private long lookedAt;
  private long askedAt;

  /** When new clients were last asked for; null if the group has had this node since. */
  private @Nullable Long rejoinedAt;

  private Standing standing = Standing.SURE;
  private volatile String trouble = "";

  /**
   * Time limits without a response.
   *
   * @param sessionTimeout the time after which other nodes may have been assigned this node's
   *     partitions
   * @param isolation the time after which the devices are disconnected
   */
  public record Rules(Duration sessionTimeout, Duration isolation) {}

  /**
   * @param answers returns the group's responses to this process's members so far
   * @param roll queried now and then, and when they have had no response for a while
   * @param rejoin has this process join the group by new clients; must not block
   */
  public GroupWatch(
      Supplier<Map<String, GroupAnswers>> answers,
      GroupMembership roll,
      Rules rules,
      GroupListener listener,
      Runnable rejoin,
      GroupMeters meters,
      LongSupplier nanoTime,
      InstantSource clock) {
    this.answers = answers;
    this.roll = roll;
    this.rules = rules;
    this.listener = listener;
    this.rejoin = rejoin;
    this.meters = meters;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.lookedAt = nanoTime.getAsLong();
    this.askedAt = lookedAt - ASK_AGAIN_NANOS;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      do {
        try {
          look();
        } catch (RuntimeException e) {
          LOG.error("checking the group failed, it is retried", e);
        }
      } while (!closing.await(EVERY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      LOG.debug("asked to stop");
    }
  }

  /** Checks the membership once; for one thread. */
  void look() {
    long now = nanoTime.getAsLong();
    long patience = rules.sessionTimeout().toNanos();
    boolean stalled = now - lookedAt >= patience / 2;
    lookedAt = now;
    listen(now, stalled, patience);
    boolean expelled = takeRoll();
    long silence = voices.values().stream().mapToLong(voice -> voice.silence(now)).max().orElse(0);
    boolean absent = voices.values().stream().anyMatch(MemberSilence::isAbsent);
    boolean doubtful =
        voices.values().stream().anyMatch(voice -> voice.isInDoubt(now))
            || (standing != Standing.SURE && isUnconfirmed(absent));
    meters.silent(silence);
    boolean uncertain = doubtful || absent || silence >= patience / 2;
    if (!voices.isEmpty() && now - askedAt >= (uncertain ? ASK_AGAIN_NANOS : ASK_NANOS)) {
      ask(now);
    }
    if (!doubtful) {
      sure(silence);
    } else {
      boolean stranded = voices.values().stream().anyMatch(voice -> voice.isStranded(now));
      doubt(silence, stranded, expelled || silence >= rules.isolation().toNanos());
      if (standing == Standing.CUT_OFF && stranded) {
        rejoin(now);
      }
    }
  }

  /**
   * Who is in doubt and denied by the group is not believed for what a former coordinator says, nor
   * is one that is no member at all, nor are new clients that the group itself does not have.
   */
  private boolean isUnconfirmed(boolean absent) {
    @Nullable Long since = rejoinedAt;
    return absent
        || voices.isEmpty()
        || (since != null
            && !voices.values().stream().allMatch(voice -> voice.isConfirmedSince(since)));
  }

  private void listen(long now, boolean stalled, long patience) {
    Map<String, GroupAnswers> heard = answers.get();
    voices.keySet().retainAll(heard.keySet());
    heard.forEach((client, answer) -> {
      @Nullable MemberSilence voice = voices.get(client);
      if (voice != null && voice.isOfAnother(answer)) {
        voices.remove(client);
        voice = null;
      }
      if (voice != null) {
        voice.record(answer, stalled, now);
      } else if (answer.isMember()) {
        voices.put(client, new MemberSilence(answer, patience, SETTLING.toNanos(), now));
      }
    });
  }

  /**
   * Processes the response to a query, if there is one. Returns whether a member was removed from
   * the group.
   */
  private boolean takeRoll() {
    @Nullable Called answer = called.getAndSet(null);
    boolean expelled = false;
    if (answer != null) {
      for (Map.Entry<String, MemberSilence> voice : voices.entrySet()) {
        if (answer.members().contains(voice.getKey())) {
          voice.getValue().isOnRoll(answer.askedAt());
        } else {
          expelled |= voice.getValue().isNoMember(answer.askedAt());
        }
      }
    }
    return expelled;
  }

  private void ask(long now) {
    askedAt = now;
    roll.call()
        .whenComplete((members, failure) -> {
          if (members != null) {
            called.set(new Called(now, members));
          }
        });
  }

  private void sure(long silence) {
    if (standing != Standing.SURE) {
      LOG.info("the group responded {} ms ago: this node owns its partitions", millis(silence));
      standing = Standing.SURE;
      rejoinedAt = null;
      trouble = "";
      listener.sure();
    }
  }

  private void doubt(long silence, boolean stranded, boolean over) {
    if (standing == Standing.SURE) {
      Instant since = clock.instant().minusNanos(silence).truncatedTo(ChronoUnit.SECONDS);
      String why =
          (stranded
                  ? "the group has no such member, though a broker answers it as if it had"
                  : "the group has not been heard since " + since)
              + ": others may own this node's partitions, nothing is sent or confirmed";
      trouble = why;
      LOG.warn(why);
      standing = Standing.IN_DOUBT;
      meters.doubted();
      listener.doubt();
    }
    if (standing == Standing.IN_DOUBT && over) {
      String before = trouble;
      trouble = before + "; devices are sent away";
      LOG.warn("{}; all devices are disconnected", before);
      standing = Standing.CUT_OFF;
      meters.cutOff();
      listener.cutOff();
    }
  }

  /** Again after a while: new clients may have found the same broker. */
  private void rejoin(long now) {
    if (rejoinedAt == null || now - rejoinedAt >= REJOIN_AGAIN_NANOS) {
      rejoinedAt = now;
      rejoin.run();
    }
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Override
  public Health check() {
    return Health.unless(trouble);
  }

  @Override
  public void close() {
    closing.countDown();
    thread.interrupt();
  }
}
