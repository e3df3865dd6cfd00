package dev.tidings.ingest.trace.table;

import org.apache.kafka.streams.state.HostInfo;

/** The node that has the receipts of an id. */
public sealed interface ReceiptsOwner {
  /** Here, in this partition. */
  record Here(int partition) implements ReceiptsOwner {}

  /** On another node. */
  record There(HostInfo node) implements ReceiptsOwner {}

  /** Partitions are being reassigned, or no broker answers. */
  record Nobody() implements ReceiptsOwner {}
}
