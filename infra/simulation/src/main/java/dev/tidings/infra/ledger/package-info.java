/**
 * The ledger of a provider and devices, kept outside of the system under test.
 *
 * <p>In: what was sent, what the provider was told, what arrived and what was confirmed. Out: what
 * is still owed, and a {@link dev.tidings.infra.ledger.Tally} of what became of everything.
 */
@NullMarked
package dev.tidings.infra.ledger;

import org.jspecify.annotations.NullMarked;
