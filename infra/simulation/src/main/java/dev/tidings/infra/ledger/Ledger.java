package dev.tidings.infra.ledger;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The record of an experiment, kept outside of the system under test: the provider's requests and
 * their answers, the tokens that each device received and returned, its arrivals with repetitions,
 * and its confirmations. Thread-safe.
 */
public final class Ledger {
  private final int apps;
  private final LongSupplier nanos;
  private final List<Account> accounts;
  private final Map<String, Recipient> owners = new ConcurrentHashMap<>();
  private final List<Long> repetitions = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  /**
   * Creates a ledger for a number of devices, each with a number of apps.
   *
   * @param nanos the time, in nanoseconds since any moment
   */
  public Ledger(int devices, int apps, LongSupplier nanos) {
    this.apps = apps;
    this.nanos = nanos;
    this.accounts =
        IntStream.range(0, devices * apps)
            .mapToObj(number -> new Account(new Recipient(number / apps, number % apps)))
            .toList();
  }

  /** Returns the time of the ledger, in nanoseconds. */
  public long now() {
    return nanos.getAsLong();
  }

  public int devices() {
    return accounts.size() / apps;
  }

  /** Returns every app of every device. */
  public List<Recipient> recipients() {
    return accounts.stream().map(Account::recipient).toList();
  }

  private Account account(Recipient recipient) {
    return accounts.get(recipient.device() * apps + recipient.app());
  }

  private Stream<Account> accounts(int device) {
    return accounts.subList(device * apps, (device + 1) * apps).stream();
  }

  /** Records that a device received a token for an app. */
  public void registered(Recipient recipient, String token) {
    Recipient owner = owners.putIfAbsent(token, recipient);
    if (owner != null && !owner.equals(recipient)) {
      found(
          Finding.Kind.TOKEN,
          "%s is both of %s and of %s".formatted(TokenHistory.shortened(token), owner, recipient));
    }
    account(recipient).registered(token);
  }

  /** Records that a device is about to return an app's token. */
  public void unregistering(Recipient recipient) {
    account(recipient).unregistering();
  }

  /** Records that it was told that the token is revoked. */
  public void unregistered(Recipient recipient) {
    account(recipient).unregistered(now());
  }

  /** Records a notification that is about to be sent, with an id that is new to the recipient. */
  public void sending(Recipient recipient, String token, String id, Terms terms) {
    account(recipient).sending(token, id, terms, now());
  }

  /** Records the response to the provider, once for each attempt. */
  public void answered(Recipient recipient, String id, ProviderAnswer answer) {
    account(recipient).answered(id, answer, now());
  }

  /** Records an arrival at a device: the first one, or a repetition. */
  public void arrived(Recipient recipient, String id) {
    long now = now();
    if (account(recipient).arrived(id, now)) {
      synchronized (repetitions) {
        repetitions.add(now);
      }
    }
  }

  /** Records an arrival at a device for none of its apps. */
  public void strayed(int device, String what) {
    found(Finding.Kind.STRAY, what + " at device " + device);
  }

  private void found(Finding.Kind kind, String what) {
    synchronized (findings) {
      findings.add(new Finding(kind, what));
    }
  }

  /** Records that a device has confirmed a notification. */
  public void confirmed(Recipient recipient, String id) {
    account(recipient).confirmed(id);
  }

  /**
   * Whether a device is served: it has confirmed something sent since {@code since}, and everything
   * accepted more than {@code patience} ago that only a confirmation may end.
   */
  public boolean isServed(int device, long since, Duration patience) {
    long before = now() - patience.toNanos();
    return accounts(device).anyMatch(account -> account.hasConfirmedSince(since))
        && accounts(device).allMatch(account -> account.owed(before) == 0);
  }

  /**
   * Returns how many accepted notifications are unconfirmed, of those that only a confirmation may
   * end.
   */
  public int owed(int device) {
    return accounts(device).mapToInt(account -> account.owed(Long.MAX_VALUE)).sum();
  }

  /** Returns those notifications, in words. */
  public List<String> owedBy(int device) {
    return accounts(device).flatMap(account -> account.owedIds().stream()).toList();
  }

  /**
   * Returns the findings about the current receipts; there are some as long as anything is
   * unsettled.
   *
   * @param present whether a device, by its number, is present
   */
  public List<Finding> judge(ReceiptSource receipts, IntPredicate present) {
    return accounts.stream()
        .flatMap(
            account -> account.judge(receipts, present.test(account.recipient().device())).stream())
        .toList();
  }

  /** Returns what was sent in a period, and its outcome. */
  public Span span(long from, long to) {
    var delays = new ArrayList<Long>();
    int[] counted = new int[2];
    for (Account account : accounts) {
      account.forEach(one -> {
        if (one.sentAt >= from && one.sentAt < to) {
          counted[0]++;
          if (one.isAccepted()) {
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
   * A period.
   *
   * @param sent notifications sent in it
   * @param accepted those of them that were accepted
   * @param repeated arrivals in it that were repetitions
   * @param median the median time from sending to the first arrival, of those sent in it
   * @param p99 the 99th percentile of the same
   */
  public record Span(
      int sent, int accepted, int repeated, Optional<Duration> median, Optional<Duration> p99) {}

  /** Returns all accepted notifications, in no particular order. */
  public List<Accepted> accepted() {
    var all = new ArrayList<Accepted>();
    for (Account account : accounts) {
      account.forEach(one -> {
        if (one.isAccepted()) {
          all.add(new Accepted(account.recipient(), one.id, one.token));
        }
      });
    }
    return all;
  }

  /** An accepted notification. */
  public record Accepted(Recipient recipient, String id, String token) {}

  /**
   * Returns the current counts and findings, with the receipts.
   *
   * @param present whether a device, by its number, is present
   */
  public Tally tally(ReceiptSource receipts, IntPredicate present) {
    var count = new Count(receipts);
    accounts.forEach(account -> account.forEach(count::add));
    var wrong = new ArrayList<Finding>();
    synchronized (findings) {
      wrong.addAll(findings);
    }
    accounts.forEach(account -> wrong.addAll(account.findings()));
    wrong.addAll(judge(receipts, present));
    int repeated;
    synchronized (repetitions) {
      repeated = repetitions.size();
    }
    int revoked = accounts.stream().mapToInt(Account::revokedTokens).sum();
    return count.tally(repeated, revoked, wrong);
  }
}
