package dev.tidings.infra.ledger;

import java.util.Optional;

/** The outcomes in the receipts. */
@FunctionalInterface
public interface ReceiptSource {
  /**
   * Returns the outcome of one notification to one token; empty if there is no receipt, or none
   * yet.
   */
  Optional<End> end(String id, String token);
}
