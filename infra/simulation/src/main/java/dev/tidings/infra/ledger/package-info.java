/**
 * The ledger of a provider and its devices, kept outside the system under test.
 *
 * <p>In: what was sent, how it was answered, what arrived and what was confirmed. Out: what is
 * still unconfirmed, and a {@link dev.tidings.infra.ledger.Tally} of the outcome of every
 * notification.
 */
@NullMarked
package dev.tidings.infra.ledger;

import org.jspecify.annotations.NullMarked;
