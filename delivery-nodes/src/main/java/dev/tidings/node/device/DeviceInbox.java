package dev.tidings.node.device;

import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedRange;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What one device is owed, and the session it has, if it has one. It exists only while there is
 * either, and what a device without notifications needs not is not there. Confined to the
 * partition's loop. Longer than most: a part of its own would be one more object for each of
 * hundreds of thousands of devices.
 */
public final class DeviceInbox {
  /** So many collapse keys of what is not open any more may be kept, besides one for each open. */
  private static final int STALE_KEYS = 16;

  /** The range of a device for which nothing is parked. Never changed. */
  private static final ParkedRange NOTHING = new ParkedRange();

  private final DeviceId device;
  private @Nullable ParkedRange parked;

  /** Hot, not yet sent, by sequence. */
  private @Nullable ArrayDeque<Entry> open;

  /** Of those, the newest of each collapse key, where there are such. */
  private @Nullable Map<Long, Entry> newestOpen;

  /** On the way to the store. */
  private @Nullable TreeMap<Long, Entry> parking;

  /** Over, but still in the store until the tombstone comes back. */
  private @Nullable Set<Long> leaving;

  /** Of those, what a replaced owner has parked while it is hot here: it ends with the hot one. */
  private @Nullable Set<Long> copies;

  /** Of those, what the evicted ones weigh. */
  private @Nullable Map<Long, Integer> evicted;

  private long evictedBytes;
  private long hotBytes;

  private @Nullable DeviceSession session;
  private long pushedHigh = -1;

  /** Starts anywhere: other nodes and earlier processes may have used any id. */
  private int lastPacketId = PacketIds.any();

  private boolean evicting;
  private boolean touched;

  /**
   * @param parked what is in the store; null for nothing
   */
  public DeviceInbox(DeviceId device, @Nullable ParkedRange parked) {
    this.device = device;
    this.parked = parked;
  }

  public DeviceId device() {
    return device;
  }

  public byte[] key() {
    return device.key();
  }

  /** What is in the store, to be looked at. */
  public ParkedRange parked() {
    return parked == null ? NOTHING : parked;
  }

  /** An entry is in the store; as {@link ParkedRange#add}. */
  public long addParked(long sequence, ParkedHeader parkedHeader) {
    if (parked == null) {
      parked = new ParkedRange();
    }
    return parked.add(sequence, parkedHeader);
  }

  /** An entry that is in the store has been written once more. */
  public void replaceParked(ParkedHeader before, ParkedHeader after) {
    if (parked != null) {
      parked.rewritten(before, after);
    }
  }

  public @Nullable DeviceSession session() {
    return session;
  }

  public void session(@Nullable DeviceSession next) {
    session = next;
  }

  /** Whether the oldest are being looked for, to be evicted. */
  public boolean isEvicting() {
    return evicting;
  }

  public void evicting(boolean now) {
    evicting = now;
  }

  /** Marks it as one that is to be looked at again; tells whether it was not. */
  public boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  public void clearTouched() {
    touched = false;
  }

  boolean isIdle() {
    return session == null
        && !evicting
        && parked().isEmpty()
        && isEmpty(open)
        && (parking == null || parking.isEmpty())
        && (leaving == null || leaving.isEmpty());
  }

  private static boolean isEmpty(@Nullable ArrayDeque<Entry> entries) {
    return entries == null || entries.isEmpty();
  }

  /**
   * Takes a hot entry that waits to be sent.
   *
   * @return the one it replaces, which is not to be sent any more; null if there is none
   */
  public @Nullable Entry addOpen(Entry entry, long collapseKey) {
    if (open == null) {
      open = new ArrayDeque<>(2);
    }
    open.addLast(entry);
    if (collapseKey == CollapseKeys.NONE) {
      return null;
    }
    if (newestOpen == null) {
      newestOpen = new HashMap<>(2);
    }
    @Nullable Entry older = newestOpen.put(collapseKey, entry);
    if (newestOpen.size() > 2 * open.size() + STALE_KEYS) {
      newestOpen = ofOpenOnes(newestOpen);
    }
    return older != null && older.state() == Entry.State.OPEN ? older : null;
  }

  /**
   * Returns the keys of those that still wait to be sent, in a map of their size: there may always
   * be some, and always others.
   */
  private static Map<Long, Entry> ofOpenOnes(Map<Long, Entry> newest) {
    Map<Long, Entry> still = new HashMap<>();
    newest.forEach((collapseKey, entry) -> {
      if (entry.state() == Entry.State.OPEN) {
        still.put(collapseKey, entry);
      }
    });
    return still;
  }

  /** How many collapse keys are kept. */
  int collapseKeys() {
    return newestOpen == null ? 0 : newestOpen.size();
  }

  /**
   * Puts entries that were sent over a connection that is gone back in front of those that were
   * not.
   */
  public void requeue(List<Entry> sent) {
    if (open == null) {
      open = new ArrayDeque<>(sent.size());
    }
    for (Entry entry : sent.reversed()) {
      entry.moveTo(Entry.State.OPEN);
      open.addFirst(entry);
    }
  }

  /** An entry waits in the hot window for the device. */
  public void addHot(Entry entry) {
    entry.hot(true);
    hotBytes += entry.bytes();
  }

  /** An entry has ended, or waits elsewhere. */
  public void removeHot(Entry entry) {
    if (entry.isHot()) {
      entry.hot(false);
      hotBytes -= entry.bytes();
    }
  }

  /** What waits for the device in the hot window weighs. */
  public long hotBytes() {
    return hotBytes;
  }

  /** The next to be sent: what has ended meanwhile is passed over. */
  public @Nullable Entry pollOpen() {
    @Nullable Entry next = open == null ? null : open.pollFirst();
    while (next != null && next.state() != Entry.State.OPEN) {
      next = open == null ? null : open.pollFirst();
    }
    if (next == null) {
      newestOpen = null;
    }
    return next;
  }

  /** How many wait to be sent, at most: some may have ended meanwhile. */
  public int openCount() {
    return open == null ? 0 : open.size();
  }

  /** Those that wait to be sent. */
  public List<Entry> open() {
    return open == null ? List.of() : List.copyOf(open);
  }

  /** Takes out those that wait to be sent and belong to an app the device does not take. */
  public List<Entry> removeUnwanted(Predicate<String> wanted) {
    List<Entry> out = new ArrayList<>();
    if (open != null) {
      open.removeIf(entry -> {
        boolean goes = entry.state() == Entry.State.OPEN && !wanted.test(entry.delivery().getApp());
        if (goes) {
          out.add(entry);
        }
        return goes;
      });
    }
    return out;
  }

  public void markParking(Entry entry) {
    parking = parking == null ? new TreeMap<>() : parking;
    parking.put(entry.sequence(), entry);
    if (session != null && session.wants(entry.delivery().getApp())) {
      session.await(entry.sequence());
    }
  }

  /** An entry has reached the store; it is returned if it was on its way there from here. */
  public @Nullable Entry removeParking(long sequence) {
    @Nullable Entry entry = parking == null ? null : parking.remove(sequence);
    if (parking != null && parking.isEmpty()) {
      parking = null;
    }
    return entry;
  }

  /** An entry will never reach the store; tells whether it was on its way there. */
  public boolean giveUpParking(long sequence) {
    boolean found = removeParking(sequence) != null;
    if (found && session != null) {
      session.neverStored(sequence);
    }
    return found;
  }

  /** What is on the way to the store. */
  public Collection<Entry> parking() {
    return parking == null ? List.of() : parking.values();
  }

  public void markLeaving(long sequence) {
    if (leaving == null) {
      leaving = new HashSet<>(4);
    }
    leaving.add(sequence);
  }

  public boolean isLeaving(long sequence) {
    return leaving != null && leaving.contains(sequence);
  }

  /** A replaced owner has parked what is hot here: it is not sent from there. */
  public void markCopy(long sequence) {
    if (copies == null) {
      copies = new HashSet<>(2);
    }
    copies.add(sequence);
    markLeaving(sequence);
  }

  /** Forgets such a copy, for the entry is parked here, too; tells whether there was one. */
  public boolean takeCopy(long sequence) {
    if (copies == null || !copies.remove(sequence)) {
      return false;
    }
    if (copies.isEmpty()) {
      copies = null;
    }
    removeLeaving(sequence);
    return true;
  }

  /** Whether a replaced owner has parked what is hot here. */
  public boolean hasCopy(long sequence) {
    return copies != null && copies.contains(sequence);
  }

  /** How many stand and are not over. */
  public long liveCount() {
    return parked().count() - (leaving == null ? 0 : leaving.size());
  }

  /** What those weigh, at most: of what is over, only the evicted are left out. */
  public long liveBytes() {
    return parked().bytes() - evictedBytes;
  }

  /** An entry is to be evicted; what it weighs counts no more. */
  public void markEvicted(long sequence, int bytes) {
    if (evicted == null) {
      evicted = new HashMap<>(4);
    }
    evicted.put(sequence, bytes);
    evictedBytes += bytes;
  }

  /** A tombstone has come back; {@code removed} is what it took away, if anything. */
  public void remove(long sequence, @Nullable ParkedHeader removed) {
    if (removed != null && parked != null) {
      parked.remove(sequence, removed);
      if (parked.isEmpty()) {
        parked = null;
      }
    }
    @Nullable Integer bytes = evicted == null ? null : evicted.remove(sequence);
    if (bytes != null) {
      evictedBytes -= bytes;
    }
    if (copies != null && copies.remove(sequence) && copies.isEmpty()) {
      copies = null;
    }
    removeLeaving(sequence);
  }

  private void removeLeaving(long sequence) {
    if (leaving != null) {
      leaving.remove(sequence);
      if (leaving.isEmpty()) {
        leaving = null;
      }
    }
  }

  /** The packet id of the last push, over whichever connection; any id if there was none. */
  int lastPacketId() {
    return lastPacketId;
  }

  public void recordPacketId(int packetId) {
    lastPacketId = packetId;
  }

  /** Whether the device may have been sent this one, as far as is known here. */
  public boolean mayHaveBeenSent(long sequence) {
    return sequence <= pushedHigh;
  }

  /** Notes a push in order; tells whether the device may have had this one before. */
  public boolean recordPush(long sequence) {
    boolean duplicate = sequence <= pushedHigh;
    pushedHigh = Math.max(pushedHigh, sequence);
    return duplicate;
  }
}
