package dev.tidings.ingest.earlier;

import dev.tidings.schemas.topic.ReceiptKey;
import org.apache.kafka.streams.state.HostInfo;

/** The table of receipts. Thread-safe; it blocks. */
@FunctionalInterface
interface ReceiptLookup {
  /** Where the receipt of a key is. */
  sealed interface Place {
    /** Here. */
    record Here(EarlierAnswer answer) implements Place {}

    /** At another node. */
    record There(HostInfo node) implements Place {}
  }

  /** Looks up a key, if its part of the table is here. */
  Place look(ReceiptKey key);
}
