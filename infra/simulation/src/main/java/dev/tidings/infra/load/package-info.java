/**
 * A simulated provider: a steady load of every kind of notification, over HTTP and over Kafka, and
 * tokens that are renewed meanwhile.
 *
 * <p>In: {@link dev.tidings.infra.device.Devices devices}, and a seed. Out: requests, recorded with
 * their responses in the {@link dev.tidings.infra.ledger.Ledger}.
 */
@NullMarked
package dev.tidings.infra.load;

import org.jspecify.annotations.NullMarked;
