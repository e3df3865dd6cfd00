/**
 * Simulated devices: many of them on one thread, which drop no repetition and can vanish.
 *
 * <p>In: what delivery nodes send over MQTT. Out: confirmations, and entries in the {@link
 * dev.tidings.infra.ledger.Ledger}.
 */
@NullMarked
package dev.tidings.infra.device;

import org.jspecify.annotations.NullMarked;
