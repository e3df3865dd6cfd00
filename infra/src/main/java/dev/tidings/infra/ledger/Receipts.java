package dev.tidings.infra.ledger;

import java.util.Optional;

/** What the receipts say. */
@FunctionalInterface
public interface Receipts {
  /** What became of one notification to one token; empty if there is no receipt, or none yet. */
  Optional<End> end(String id, String token);
}
