/**
 * Fault injection, with a ledger of the effects: faults are injected into a fleet of real processes
 * while a provider sends and simulated devices receive.
 *
 * <p>In: a running {@link dev.tidings.infra.pipeline.Pipeline} and {@link
 * dev.tidings.infra.chaos.Fault faults}. Out: how long each took to heal, and a {@link
 * dev.tidings.infra.ledger.Tally} of the outcome of every notification.
 */
@NullMarked
package dev.tidings.infra.chaos;

import org.jspecify.annotations.NullMarked;
