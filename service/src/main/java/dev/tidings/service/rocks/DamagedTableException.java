package dev.tidings.service.rocks;

/**
 * A table does not have what it is known to have. RocksDB's iterators end at a block that is
 * damaged, and Kafka Streams takes that for the end of the table: only who knows what is behind it
 * can tell.
 */
public final class DamagedTableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DamagedTableException(String message) {
    super(message);
  }
}
