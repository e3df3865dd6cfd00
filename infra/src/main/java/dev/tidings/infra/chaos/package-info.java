/**
 * Failures on purpose, and the ledger that shows what they cost: a fleet of real processes is
 * struck while a provider sends and simulated devices receive.
 *
 * <p>In: a running {@link dev.tidings.infra.pipeline.Pipeline} and {@link
 * dev.tidings.infra.chaos.Fault faults}. Out: how long each took to heal, and a {@link
 * dev.tidings.infra.ledger.Tally} of what became of every notification.
 */
@NullMarked
package dev.tidings.infra.chaos;

import org.jspecify.annotations.NullMarked;
