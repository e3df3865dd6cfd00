package dev.tidings.service.rocks;

/**
 * A table lacks an entry that it is known to contain. RocksDB's iterators end at a damaged block,
 * and Kafka Streams takes that for the end of the table: only a caller that knows of later entries
 * can detect it.
 */
public final class DamagedTableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public DamagedTableException(String message) {
    super(message);
  }
}
