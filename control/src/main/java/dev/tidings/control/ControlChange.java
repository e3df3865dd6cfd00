package dev.tidings.control;

import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/**
 * An entry to be written in place of any that has its name, or to be removed.
 *
 * @param before what it was decided on, and has to be there still; empty if that does not matter
 * @param entry empty to remove it
 * @param what the operation and its values, for the audit log: nothing secret
 */
public record ControlChange<E extends SpecificRecord>(
    ControlKind<E> kind, String name, Optional<E> before, Optional<E> entry, String what) {

  /** One that writes an entry. */
  public static <E extends SpecificRecord> ControlChange<E> put(
      ControlKind<E> kind, String name, E entry, String what) {
    return new ControlChange<>(kind, name, Optional.empty(), Optional.of(entry), what);
  }

  /** One that writes an entry in place of the one that it was made of, and of no other. */
  public static <E extends SpecificRecord> ControlChange<E> replace(
      ControlKind<E> kind, String name, E before, E entry, String what) {
    return new ControlChange<>(kind, name, Optional.of(before), Optional.of(entry), what);
  }

  /** One that removes an entry. */
  public static <E extends SpecificRecord> ControlChange<E> remove(
      ControlKind<E> kind, String name, String what) {
    return new ControlChange<>(kind, name, Optional.empty(), Optional.empty(), what);
  }

  /** Returns whether these are the entries that it was decided on, as far as they matter. */
  boolean isDecidedOn(ControlEntries entries) {
    return before.isEmpty() || entries.entry(kind, name).equals(before);
  }

  /** Returns whether it has been read back. */
  public boolean isIn(ControlEntries entries) {
    return entries.entry(kind, name).equals(entry);
  }
}
