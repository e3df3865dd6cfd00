/**
 * A simulated provider: a steady load of every kind of notification, over HTTP and over Kafka, and
 * tokens that are renewed meanwhile.
 *
 * <p>In: {@link dev.tidings.infra.device.Devices devices}, and what a seed decides. Out: a {@link
 * dev.tidings.infra.ledger.Ledger} that knows what was sent and what the answer was.
 */
@NullMarked
package dev.tidings.infra.load;

import org.jspecify.annotations.NullMarked;
