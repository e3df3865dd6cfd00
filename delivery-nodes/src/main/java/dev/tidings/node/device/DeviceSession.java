package dev.tidings.node.device;

import dev.tidings.node.parked.ParkedReader;
import dev.tidings.node.replay.Replay;
import dev.tidings.node.replay.ReplayListener;
import dev.tidings.node.replay.ReplaySpan;
import dev.tidings.node.session.DeviceLink;
import dev.tidings.node.session.Session;
import dev.tidings.node.session.Subscriptions;
import dev.tidings.node.window.Entry;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A device's connection: a cursor, credit and what it has subscribed to, and nothing buffered. Its
 * state is confined to the partition's loop; the protocol's calls hop there. Longer than most: it
 * is one object for each connected device, and not two.
 */
public final class DeviceSession implements Session {
  private static final long NOTHING_MISSED = Long.MAX_VALUE;

  private static final int MAY_WAIT_ANYHOW = 64;
  private static final int MAY_WAIT_OF_CREDIT = 8;

  private final SessionEvents events;
  private final DeviceInbox inbox;
  private final DeviceLink link;
  private final int credit;
  private final PacketIds inFlight;

  private Subscriptions subscriptions = Subscriptions.NONE;

  /** The last parked sequence sent, or passed over. */
  private long cursor = -1;

  /** Nothing it has subscribed to is parked beyond this, as far as is known. */
  private long high = -1;

  /** What it has subscribed to and is on the way to the store; null if none. */
  private @Nullable TreeSet<Long> awaited;

  /**
   * How many entries stand beyond the cursor, wanted or not: never fewer than there are, or reading
   * would pass some over. More cost only time.
   */
  private long remaining;

  /** When it last confirmed something, or came: by the time that ages are told by. */
  private long movedAt;

  /** What it has asked to be sent once more; null if nothing. */
  private @Nullable Replay replay;

  /** How much of that is in flight. */
  private int replayedInFlight;

  private boolean reading;

  /** Whether it has subscribed to more since the page that is being read was asked for. */
  private boolean anew;

  private Set<Long> goneMeanwhile = Set.of();

  /** The first of those of which was heard while a page was read. */
  private long missed = NOTHING_MISSED;

  /** Whether it waits for the entry behind the cursor, which can't be read yet. */
  private boolean blocked;

  /** Whether writing to the connection has failed. */
  private boolean broken;

  /** The first entry that could not be read yet and was passed over, where there is such. */
  private long passedOver = ParkedReader.NONE;

  /**
   * A session that begins.
   *
   * @param now by the time that ages are told by
   */
  public DeviceSession(
      SessionEvents events, DeviceInbox inbox, DeviceLink link, int credit, long now) {
    this.events = events;
    this.inbox = inbox;
    this.link = link;
    this.credit = credit;
    this.inFlight = new PacketIds(inbox.lastPacketId());
    this.movedAt = now;
  }

  @Override
  public void confirmed(int packetId) {
    events.confirmed(this, packetId);
  }

  @Override
  public void undeliverable(int packetId, String why) {
    events.undeliverable(this, packetId, why);
  }

  @Override
  public void subscribed(Subscriptions now, Runnable then) {
    events.subscribed(this, now, then);
  }

  @Override
  public void replay(ReplaySpan span, ReplayListener listener) {
    events.replay(this, span, listener);
  }

  @Override
  public void stopReplay() {
    events.stopReplay(this);
  }

  @Override
  public void detached() {
    events.detached(this);
  }

  public DeviceInbox inbox() {
    return inbox;
  }

  public DeviceLink link() {
    return link;
  }

  public PacketIds inFlight() {
    return inFlight;
  }

  public int availableCredit() {
    return broken ? 0 : credit - inFlight.size();
  }

  /** How much of its credit is free for what is replayed: half of it is left to the rest. */
  public int replayCredit() {
    return Math.min(availableCredit(), replayShare() - replayedInFlight);
  }

  private int replayShare() {
    return Math.max(1, credit / 2);
  }

  /**
   * Whether what is replayed waits for what goes first, and not for the device: it has confirmed
   * such since then, and what is replayed does not use its share of the credit.
   */
  public boolean takesOthersThanReplayed(long since) {
    return replayedInFlight < replayShare() && hasProgressedSince(since);
  }

  /** What is replayed is about to be written. */
  public void replayed() {
    replayedInFlight++;
  }

  /** What was replayed is in flight no more. */
  public void replayedEnds() {
    replayedInFlight--;
  }

  public @Nullable Replay replay() {
    return replay;
  }

  public void replay(@Nullable Replay next) {
    replay = next;
  }

  /** Marks the connection as failed; it is about to be closed. */
  public void markBroken() {
    broken = true;
  }

  public boolean isBroken() {
    return broken;
  }

  public long cursor() {
    return cursor;
  }

  /** Whether it has subscribed to the app's notifications. */
  public boolean wants(String app) {
    return subscriptions.covers(app);
  }

  public Subscriptions subscriptions() {
    return subscriptions;
  }

  /**
   * It has subscribed to other apps than before.
   *
   * @return whether to more: then what waits is looked through from the beginning
   */
  public boolean subscribe(Subscriptions now) {
    boolean more = !subscriptions.coverAllOf(now);
    subscriptions = now;
    if (more) {
      cursor = -1;
      high = inbox.parked().high();
      remaining = inbox.parked().count();
      anew = reading;
      // Those of other apps are waited for as well, for once: they take no longer.
      for (Entry entry : inbox.parking()) {
        await(entry.sequence());
      }
    }
    return more;
  }

  /** An entry that it has subscribed to is on the way to the store. */
  void await(long sequence) {
    if (awaited == null) {
      awaited = new TreeSet<>();
    }
    awaited.add(sequence);
  }

  /** Up to which sequence the store can be read in order: what is on its way must come first. */
  public long readableTo() {
    return awaited == null ? high : Math.min(high, awaited.first() - 1);
  }

  public long remaining() {
    return Math.max(1, remaining);
  }

  public boolean isReading() {
    return reading;
  }

  /** Whether nothing is to be read until {@link #rereadUnread}. */
  public boolean isBlocked() {
    return blocked;
  }

  public void block() {
    blocked = true;
  }

  /**
   * An entry that can't be read yet has been passed over.
   *
   * @return whether it is the first since it last looked
   */
  public boolean passOverUnread(long sequence) {
    boolean first = passedOver == ParkedReader.NONE;
    passedOver = first ? sequence : Math.min(passedOver, sequence);
    return first;
  }

  /** Whether all that it has read could be read. */
  public boolean hasReadAll() {
    return !blocked && passedOver == ParkedReader.NONE && !hasBacklog();
  }

  /** What could not be read is read once more, with all that has come behind it. */
  public void rereadUnread() {
    blocked = false;
    if (passedOver != ParkedReader.NONE) {
      cursor = Math.min(cursor, passedOver - 1);
      high = Math.max(high, inbox.parked().high());
      remaining = inbox.parked().count();
      passedOver = ParkedReader.NONE;
    }
  }

  public void beginRead() {
    reading = true;
    anew = false;
  }

  /** Whether what is being read is to be read once more: more is wanted of it by now. */
  public boolean mustReadAgain() {
    return anew;
  }

  /**
   * A page has been read.
   *
   * @param last up to which sequence nothing more is in the store
   * @return what has gone since the page was asked for: it may be in it nevertheless
   */
  public Set<Long> endRead(long last, int entries) {
    Set<Long> gone = goneMeanwhile;
    reading = false;
    goneMeanwhile = Set.of();
    cursor = Math.max(cursor, last);
    // Entries removed during the read may or may not be in the page. They must not be counted
    // twice, or another entry would be skipped; the total count is at worst too high, and costs
    // only time.
    remaining = gone.isEmpty() ? Math.max(0, remaining - entries) : inbox.parked().count();
    goBackToMissed();
    return gone;
  }

  /** The page is of no use: it is asked for again. */
  public void abandonRead() {
    reading = false;
    anew = false;
    goneMeanwhile = Set.of();
    remaining = inbox.parked().count();
    goBackToMissed();
  }

  private void goBackToMissed() {
    if (missed <= cursor) {
      goBackTo(missed);
    }
    missed = NOTHING_MISSED;
  }

  /**
   * All that is parked is looked through again: a page that had an entry which was not counted yet
   * can have left out one before it. What is in flight is not sent once more.
   */
  private void goBackTo(long sequence) {
    cursor = Math.min(sequence, inbox.parked().low()) - 1;
    high = Math.max(high, sequence);
    remaining = inbox.parked().count();
  }

  /** Whether parked entries are still to be sent, or to be looked for, before anything hot. */
  public boolean hasBacklog() {
    return reading || awaited != null || high > cursor;
  }

  public void recordProgress(long now) {
    movedAt = now;
  }

  /** Whether it has confirmed anything since then. */
  public boolean hasProgressedSince(long time) {
    return movedAt >= time;
  }

  /** How many hot entries may wait for its credit: more would be in the way of other devices. */
  public int maxQueued() {
    return Math.max(MAY_WAIT_ANYHOW, MAY_WAIT_OF_CREDIT * credit);
  }

  /**
   * A new entry is in the store: beyond the cursor it will be read; behind it, it would be passed
   * over.
   *
   * @param parkedHere whether this partition has parked it: then it is known whether it is wanted
   */
  public void stored(long sequence, boolean parkedHere) {
    boolean wanted = removeAwaited(sequence) || !parkedHere;
    remaining++;
    if (wanted) {
      want(sequence);
    }
    if (!wanted && sequence > cursor && !hasBacklog()) {
      passOver(sequence);
    } else {
      lookBehind(sequence);
    }
  }

  /**
   * A replaced owner has parked what is hot here: it is in the store, and is not to be sent from
   * there.
   */
  public void storedCopy(long sequence) {
    remaining++;
    lookBehind(sequence);
  }

  /** This partition has parked what a replaced owner had parked: to the device it is new. */
  public void storedAgain(long sequence) {
    if (removeAwaited(sequence)) {
      want(sequence);
      lookBehind(sequence);
    }
  }

  private void want(long sequence) {
    if (sequence > cursor) {
      high = Math.max(high, sequence);
    }
  }

  /**
   * Goes back for an entry that came to the store when what is around it was read: it may have been
   * missed, or another one for it, since it was not among those that remained.
   */
  private void lookBehind(long sequence) {
    if (reading) {
      missed = Math.min(missed, sequence);
    } else if (sequence <= cursor) {
      goBackTo(sequence);
    }
  }

  /** An entry that was awaited will never stand. */
  void neverStored(long sequence) {
    removeAwaited(sequence);
  }

  /** An entry that was awaited is in the store, or never will be. */
  private boolean removeAwaited(long sequence) {
    if (awaited == null || !awaited.remove(sequence)) {
      return false;
    }
    if (awaited.isEmpty()) {
      awaited = null;
    }
    return true;
  }

  /** An entry of no interest is in the store: who is not behind anything need not look at it. */
  private void passOver(long sequence) {
    cursor = sequence;
    if (sequence >= inbox.parked().high()) {
      remaining = 0;
    }
  }

  public void removed(long sequence) {
    if (reading) {
      if (goneMeanwhile.isEmpty()) {
        goneMeanwhile = new HashSet<>();
      }
      goneMeanwhile.add(sequence);
    } else if (sequence > cursor) {
      remaining--;
    }
  }
}
