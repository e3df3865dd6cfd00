package dev.tidings.infra.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What was sent to one device, in order, and what it received. All of it goes to one token.
 * Thread-safe.
 */
final class DeviceAccount {
  private final List<Sent> sent = new ArrayList<>();
  private int settledBelow;
  private int places;
  private long newestConfirmed = Long.MIN_VALUE;

  /** Enters a notification that is about to be sent. Returns its number. */
  synchronized int sending(long now) {
    sent.add(new Sent(now));
    return sent.size() - 1;
  }

  synchronized void answered(int number, Answer answer, long now) {
    Sent one = sent.get(number);
    one.answer = answer;
    one.answeredAt = now;
  }

  /** Returns whether it had arrived before. */
  synchronized boolean arrived(int number, long now) {
    Sent one = sent.get(number);
    if (one.arrivals++ > 0) {
      return true;
    }
    one.place = places++;
    one.firstAt = now;
    return false;
  }

  synchronized void confirmed(int number) {
    Sent one = sent.get(number);
    one.confirmed = true;
    newestConfirmed = Math.max(newestConfirmed, one.sentAt);
  }

  /** Whether it has confirmed anything that was sent at {@code time} or later. */
  synchronized boolean hasConfirmedSince(long time) {
    return newestConfirmed >= time;
  }

  /** How many notifications accepted before {@code time} it has not confirmed. */
  synchronized int owed(long time) {
    while (settledBelow < sent.size() && sent.get(settledBelow).isSettled()) {
      settledBelow++;
    }
    int owed = 0;
    for (int i = settledBelow; i < sent.size(); i++) {
      if (sent.get(i).isOwed() && sent.get(i).answeredAt < time) {
        owed++;
      }
    }
    return owed;
  }

  /** How many accepted notifications first arrived behind one that was accepted later. */
  synchronized int outOfOrder() {
    int last = -1;
    int violations = 0;
    for (Sent one : sent) {
      // What nobody was told to be accepted may have come into the log at any time.
      if (one.answer == Answer.ACCEPTED && one.arrivals > 0) {
        if (one.place < last) {
          violations++;
        }
        last = Math.max(last, one.place);
      }
    }
    return violations;
  }

  /** The numbers of those accepted and not confirmed. */
  synchronized List<Integer> owedNumbers() {
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < sent.size(); i++) {
      if (sent.get(i).isOwed()) {
        numbers.add(i);
      }
    }
    return numbers;
  }

  synchronized void forEach(Consumer<Sent> reader) {
    sent.forEach(reader);
  }
}
