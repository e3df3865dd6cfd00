package dev.tidings.infra.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The books, kept outside of what is tested: what the provider was told, what each device received
 * and how often, and what it confirmed. Thread-safe.
 */
public final class Ledger {
  private final long run;
  private final LongSupplier nanos;
  private final List<DeviceAccount> accounts;
  private final List<Long> repetitions = new ArrayList<>();
  private final AtomicInteger strays = new AtomicInteger();

  /**
   * Books for so many devices.
   *
   * @param run tells the notifications of this ledger from all others
   * @param nanos the time, in nanoseconds since any moment
   */
  public Ledger(long run, int devices, LongSupplier nanos) {
    this.run = run;
    this.nanos = nanos;
    this.accounts = Stream.generate(DeviceAccount::new).limit(devices).toList();
  }

  /** The time by which everything here is entered, in nanoseconds. */
  public long now() {
    return nanos.getAsLong();
  }

  public int devices() {
    return accounts.size();
  }

  /** Enters a notification for a device, which is to be sent now. Returns its id. */
  public String sending(int device) {
    return id(device, accounts.get(device).sending(now()));
  }

  private String id(int device, int number) {
    return new UUID(run, (long) device << 32 | number).toString();
  }

  /** Enters what the provider was told. */
  public void answered(String id, Answer answer) {
    long place = UUID.fromString(id).getLeastSignificantBits();
    accounts.get((int) (place >>> 32)).answered((int) place, answer, now());
  }

  /** Enters an arrival at a device: the first one, or a repetition. */
  public void arrived(int device, String id) {
    long now = now();
    if (isOf(device, id)) {
      if (accounts.get(device).arrived(number(id), now)) {
        synchronized (repetitions) {
          repetitions.add(now);
        }
      }
    } else {
      strays.incrementAndGet();
    }
  }

  /** Enters that a device has confirmed a notification. */
  public void confirmed(int device, String id) {
    if (isOf(device, id)) {
      accounts.get(device).confirmed(number(id));
    }
  }

  private boolean isOf(int device, String id) {
    UUID uuid = UUID.fromString(id);
    return uuid.getMostSignificantBits() == run && uuid.getLeastSignificantBits() >>> 32 == device;
  }

  private static int number(String id) {
    return (int) UUID.fromString(id).getLeastSignificantBits();
  }

  /**
   * Whether a device gets what is sent to it: it has confirmed something sent since {@code since},
   * and owes nothing that was accepted more than {@code patience} ago.
   */
  public boolean isServed(int device, long since, Duration patience) {
    DeviceAccount account = accounts.get(device);
    return account.hasConfirmedSince(since) && account.owed(now() - patience.toNanos()) == 0;
  }

  /** How many accepted notifications a device has not confirmed. */
  public int owed(int device) {
    return accounts.get(device).owed(Long.MAX_VALUE);
  }

  /** The ids of the accepted notifications that are not confirmed. */
  public List<String> owedIds() {
    return IntStream.range(0, accounts.size())
        .boxed()
        .flatMap(
            device -> accounts.get(device).owedNumbers().stream().map(number -> id(device, number)))
        .toList();
  }

  /** What was sent between two moments, and what of it went how. */
  public Span span(long from, long to) {
    var delays = new ArrayList<Long>();
    int[] counted = new int[2];
    for (DeviceAccount account : accounts) {
      account.forEach(one -> {
        if (one.sentAt >= from && one.sentAt < to) {
          counted[0]++;
          if (one.answer == Answer.ACCEPTED) {
            counted[1]++;
            if (one.arrivals > 0) {
              delays.add(one.firstAt - one.sentAt);
            }
          }
        }
      });
    }
    long repeated;
    synchronized (repetitions) {
      repeated = repetitions.stream().filter(at -> at >= from && at < to).count();
    }
    long[] sorted = delays.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Span(
        counted[0], counted[1], (int) repeated, quantile(sorted, 0.5), quantile(sorted, 0.99));
  }

  private static Optional<Duration> quantile(long[] sorted, double share) {
    if (sorted.length == 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(sorted[(int) Math.ceil(share * sorted.length) - 1]));
  }

  /**
   * A stretch of time.
   *
   * @param sent notifications sent in it
   * @param accepted those of them that were accepted
   * @param repeated arrivals in it that were repetitions
   * @param median from the provider's sending to the first arrival, of those sent in it
   * @param p99 the same, of the slowest hundredth
   */
  public record Span(
      int sent, int accepted, int repeated, Optional<Duration> median, Optional<Duration> p99) {}

  /** What stands in the books by now. */
  public Tally tally() {
    var answers = new EnumMap<Answer, Integer>(Answer.class);
    int[] confirmed = new int[1];
    int[] arrivedAnyway = new int[1];
    for (DeviceAccount account : accounts) {
      account.forEach(one -> {
        answers.merge(one.answer, 1, Integer::sum);
        if (one.answer == Answer.ACCEPTED) {
          confirmed[0] += one.confirmed ? 1 : 0;
        } else {
          arrivedAnyway[0] += one.arrivals > 0 ? 1 : 0;
        }
      });
    }
    int repeated;
    synchronized (repetitions) {
      repeated = repetitions.size();
    }
    return new Tally(
        answers.values().stream().mapToInt(Integer::intValue).sum(),
        answers.getOrDefault(Answer.ACCEPTED, 0),
        answers.getOrDefault(Answer.REFUSED, 0),
        answers.getOrDefault(Answer.UNKNOWN, 0) + answers.getOrDefault(Answer.NONE, 0),
        confirmed[0],
        repeated,
        arrivedAnyway[0],
        strays.get(),
        accounts.stream().mapToInt(DeviceAccount::outOfOrder).sum(),
        Map.of(),
        List.of());
  }
}
