package dev.tidings.node.deliver;

import dev.tidings.node.inbox.CollapseKeys;
import dev.tidings.node.inbox.Label;
import dev.tidings.node.inbox.ParkedRange;
import dev.tidings.node.window.Entry;
import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
 * partition's loop.
 */
final class DeviceInbox {
  /** What stands for a device for which nothing does. Never changed. */
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
   * @param parked what stands; null for nothing
   */
  DeviceInbox(DeviceId device, @Nullable ParkedRange parked) {
    this.device = device;
    this.parked = parked;
  }

  DeviceId device() {
    return device;
  }

  byte[] key() {
    return device.key();
  }

  /** What stands, to be looked at. */
  ParkedRange parked() {
    return parked == null ? NOTHING : parked;
  }

  /** An entry stands; as {@link ParkedRange#add}. */
  long stands(long sequence, Label label) {
    if (parked == null) {
      parked = new ParkedRange();
    }
    return parked.add(sequence, label);
  }

  /** An entry that stands has been written once more. */
  void rewritten(Label before, Label after) {
    if (parked != null) {
      parked.rewritten(before, after);
    }
  }

  @Nullable DeviceSession session() {
    return session;
  }

  void session(@Nullable DeviceSession next) {
    session = next;
  }

  /** Whether the oldest are being looked for, to be evicted. */
  boolean isEvicting() {
    return evicting;
  }

  void evicting(boolean now) {
    evicting = now;
  }

  /** Marks it as one that is to be looked at again; tells whether it was not. */
  boolean touch() {
    boolean first = !touched;
    touched = true;
    return first;
  }

  void letGo() {
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
  @Nullable Entry opens(Entry entry, long collapseKey) {
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
    return older != null && older.state() == Entry.State.OPEN ? older : null;
  }

  /**
   * Puts entries that were sent over a connection that is gone back in front of those that were
   * not.
   */
  void reopens(List<Entry> sent) {
    if (open == null) {
      open = new ArrayDeque<>(sent.size());
    }
    for (Entry entry : sent.reversed()) {
      entry.moveTo(Entry.State.OPEN);
      open.addFirst(entry);
    }
  }

  /** An entry waits in the hot window for the device. */
  void heats(Entry entry) {
    entry.hot(true);
    hotBytes += entry.bytes();
  }

  /** An entry has ended, or waits elsewhere. */
  void cools(Entry entry) {
    if (entry.isHot()) {
      entry.hot(false);
      hotBytes -= entry.bytes();
    }
  }

  /** What waits for the device in the hot window weighs. */
  long hotBytes() {
    return hotBytes;
  }

  /** The next to be sent: what has ended meanwhile is passed over. */
  @Nullable Entry pollOpen() {
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
  int openCount() {
    return open == null ? 0 : open.size();
  }

  /** Those that wait to be sent. */
  List<Entry> open() {
    return open == null ? List.of() : List.copyOf(open);
  }

  /** Takes out those that wait to be sent and belong to an app the device does not take. */
  List<Entry> unwanted(Predicate<String> wanted) {
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

  void parks(Entry entry) {
    if (parking == null) {
      parking = new TreeMap<>();
    }
    parking.put(entry.sequence(), entry);
    if (session != null && session.wants(entry.delivery().getApp())) {
      session.awaits(entry.sequence());
    }
  }

  /** An entry has reached the store; it is returned if it was on its way there from here. */
  @Nullable Entry hasParked(long sequence) {
    @Nullable Entry entry = parking == null ? null : parking.remove(sequence);
    if (parking != null && parking.isEmpty()) {
      parking = null;
    }
    return entry;
  }

  /** What is on the way to the store. */
  Set<Long> parking() {
    return parking == null ? Set.of() : parking.keySet();
  }

  void leaves(long sequence) {
    if (leaving == null) {
      leaving = new HashSet<>(4);
    }
    leaving.add(sequence);
  }

  boolean isLeaving(long sequence) {
    return leaving != null && leaving.contains(sequence);
  }

  /** How many stand and are not over. */
  long staying() {
    return parked().count() - (leaving == null ? 0 : leaving.size());
  }

  /** What those weigh, at most: of what is over, only the evicted are left out. */
  long stayingBytes() {
    return parked().bytes() - evictedBytes;
  }

  /** An entry is to be evicted; what it weighs counts no more. */
  void evicts(long sequence, int bytes) {
    if (evicted == null) {
      evicted = new HashMap<>(4);
    }
    evicted.put(sequence, bytes);
    evictedBytes += bytes;
  }

  /** A tombstone has come back; {@code stood} is what it took away, if anything. */
  void gone(long sequence, @Nullable Label stood) {
    if (stood != null && parked != null) {
      parked.remove(sequence, stood);
      if (parked.isEmpty()) {
        parked = null;
      }
    }
    @Nullable Integer bytes = evicted == null ? null : evicted.remove(sequence);
    if (bytes != null) {
      evictedBytes -= bytes;
    }
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

  void pushesUnder(int packetId) {
    lastPacketId = packetId;
  }

  /** Notes a push in order; tells whether the device may have had this one before. */
  boolean pushes(long sequence) {
    boolean duplicate = sequence <= pushedHigh;
    pushedHigh = Math.max(pushedHigh, sequence);
    return duplicate;
  }
}
