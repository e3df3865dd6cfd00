package dev.tidings.control;

import java.util.Optional;
import java.util.SortedMap;
import org.apache.avro.specific.SpecificRecord;

/** The entries of the topic {@code control}: what administrators have decided so far. */
public interface ControlEntries {
  /** Returns an entry. */
  <E extends SpecificRecord> Optional<E> entry(ControlKind<E> kind, String name);

  /** Returns whether there is an entry, also if it cannot be read, and counts for nothing. */
  default boolean exists(ControlKind<?> kind, String name) {
    return entry(kind, name).isPresent();
  }

  /** Returns whether there is an entry that cannot be read. */
  default boolean isUnreadable(ControlKind<?> kind, String name) {
    return entry(kind, name).isEmpty() && exists(kind, name);
  }

  /** Returns all entries of a kind as they are now, by their names. */
  <E extends SpecificRecord> SortedMap<String, E> entries(ControlKind<E> kind);
}
