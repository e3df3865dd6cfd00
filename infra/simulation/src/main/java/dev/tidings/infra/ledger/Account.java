package dev.tidings.infra.ledger;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The notifications sent to one recipient, in order, their arrivals, and the tokens used.
 * Thread-safe.
 */
final class Account {
  private final Recipient recipient;
  private final TokenHistory tokens = new TokenHistory();
  private final List<SentNotification> sent = new ArrayList<>();
  private final Map<String, SentNotification> byId = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private int settledBelow;
  private int places;
  private long newestConfirmed = Long.MIN_VALUE;

  Account(Recipient recipient) {
    this.recipient = recipient;
  }

  Recipient recipient() {
    return recipient;
  }

  synchronized void registered(String token) {
    tokens.registered(token).ifPresent(wrong -> find(Finding.Kind.TOKEN, wrong));
  }

  synchronized void unregistering() {
    tokens.unregistering();
  }

  synchronized void unregistered(long now) {
    tokens.unregistered(now);
  }

  /** Records a notification that is about to be sent, with an id that is new here. */
  synchronized void sending(String token, String id, Terms terms, long now) {
    SentNotification one = new SentNotification(id, token, terms, sent.size(), now);
    if (byId.putIfAbsent(id, one) != null) {
      throw new IllegalArgumentException(id + ": sent before (expected: another id)");
    }
    sent.add(one);
  }

  /**
   * Records the response to an attempt. The last one counts, unless an earlier attempt may have
   * been accepted.
   */
  synchronized void answered(String id, ProviderAnswer answer, long now) {
    SentNotification one = one(id);
    one.answer = one.unsure && answer == ProviderAnswer.REFUSED ? ProviderAnswer.UNKNOWN : answer;
    one.answeredAt = now;
    // One that is refused because of a timeout may be in the log nevertheless.
    one.unsure |= answer == ProviderAnswer.UNKNOWN || answer == ProviderAnswer.REFUSED;
    if (answer == ProviderAnswer.UNREGISTERED && !tokens.isAsked(one.token)) {
      find(Finding.Kind.FALSELY_UNREGISTERED, describe(one) + " was answered with 410");
    } else if (answer == ProviderAnswer.INVALID) {
      find(Finding.Kind.CALLED_INVALID, describe(one));
    }
  }

  private SentNotification one(String id) {
    SentNotification one = byId.get(id);
    if (one == null) {
      throw new IllegalArgumentException(id + ": never sent to " + recipient);
    }
    return one;
  }

  /** Records an arrival. Returns whether it is a repetition. */
  synchronized boolean arrived(String id, long now) {
    SentNotification one = byId.get(id);
    if (one == null) {
      find(Finding.Kind.STRAY, id + " at " + recipient);
      return false;
    }
    if (one.arrivals++ > 0) {
      return true;
    }
    one.place = places++;
    one.firstAt = now;
    if (one.sentAt > tokens.revokedAt(one.token)) {
      find(Finding.Kind.REVOKED, describe(one));
    }
    return false;
  }

  synchronized void confirmed(String id) {
    SentNotification one = byId.get(id);
    if (one != null) {
      one.confirmed = true;
      newestConfirmed = Math.max(newestConfirmed, one.sentAt);
    }
  }

  /** Whether the recipient has confirmed anything that was sent at {@code time} or later. */
  synchronized boolean hasConfirmedSince(long time) {
    return newestConfirmed >= time;
  }

  /**
   * Returns how many notifications accepted before {@code time} are unconfirmed, of those that only
   * a confirmation may end.
   */
  synchronized int owed(long time) {
    while (settledBelow < sent.size() && isSettled(sent.get(settledBelow))) {
      settledBelow++;
    }
    int owed = 0;
    for (int i = settledBelow; i < sent.size(); i++) {
      SentNotification one = sent.get(i);
      if (one.isAccepted() && !isSettled(one) && one.answeredAt < time) {
        owed++;
      }
    }
    return owed;
  }

  synchronized List<String> owedIds() {
    return sent.stream()
        .filter(one -> one.isAccepted() && !isSettled(one))
        .map(this::describe)
        .toList();
  }

  private boolean isSettled(SentNotification one) {
    return one.confirmed
        || !one.terms.isPlain()
        || (one.answer != ProviderAnswer.NONE && !one.isAccepted())
        || tokens.isAsked(one.token);
  }

  /** Returns the findings so far, without the receipts. */
  synchronized List<Finding> findings() {
    var all = new ArrayList<>(findings);
    var earliest = new HashMap<Lane, SentNotification>();
    for (SentNotification one : sent.reversed()) {
      // One that was not known to be accepted may have been written to the log at any time.
      if (one.isAccepted() && one.arrivals > 0 && one.terms.lane() != Terms.ANY_ORDER) {
        SentNotification later = earliest.get(new Lane(one.token, one.terms.lane()));
        if (later != null && later.place < one.place) {
          String what = describe(one) + ", arrived behind " + later.id;
          all.add(new Finding(Finding.Kind.OUT_OF_ORDER, what));
        } else {
          earliest.put(new Lane(one.token, one.terms.lane()), one);
        }
      }
    }
    return all;
  }

  /** Notifications that arrive in the order in which they were sent. */
  private record Lane(String token, int lane) {}

  /** Returns the findings about the current receipts. */
  synchronized List<Finding> judge(ReceiptSource receipts, boolean present) {
    var wrong = new ArrayList<Finding>();
    for (SentNotification one : sent) {
      new ReceiptCheck(one, tokens.isAsked(one.token), isReplaceable(one), present)
          .judge(receipts.end(one.id, one.token))
          .ifPresent(why -> wrong.add(new Finding(why.kind(), describe(one) + ": " + why.what())));
    }
    return wrong;
  }

  /** Whether another one may have replaced it. */
  private boolean isReplaceable(SentNotification old) {
    return old.terms.collapseId().isPresent()
        && sent.stream()
            .anyMatch(other ->
                other != old
                    && other.token.equals(old.token)
                    && other.terms.collapseId().equals(old.terms.collapseId())
                    && other.mayBeThere()
                    && (other.number > old.number || other.unsure || old.unsure));
  }

  private String describe(SentNotification one) {
    return "%s to %s, token %s, lane %d"
        .formatted(one.id, recipient, TokenHistory.shortened(one.token), one.terms.lane());
  }

  private void find(Finding.Kind kind, String what) {
    findings.add(new Finding(kind, what));
  }

  synchronized int revokedTokens() {
    return tokens.revoked();
  }

  synchronized void forEach(Consumer<SentNotification> reader) {
    sent.forEach(reader);
  }
}
