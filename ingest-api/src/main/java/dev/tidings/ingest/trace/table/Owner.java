package dev.tidings.ingest.trace.table;

import org.apache.kafka.streams.state.HostInfo;

/** The node that has the receipts of an id. */
public sealed interface Owner {
  /** Here, in this partition. */
  record Here(int partition) implements Owner {}

  /** On another node. */
  record There(HostInfo node) implements Owner {}

  /** Partitions are being reassigned, or no broker answers. */
  record Nobody() implements Owner {}
}
