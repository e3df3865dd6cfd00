/**
 * Simulated devices: many of them on one thread, each with several apps, which drop no repetition,
 * can vanish, and give their tokens back for new ones.
 *
 * <p>In: what delivery nodes send over MQTT. Out: confirmations, and entries in the {@link
 * dev.tidings.infra.ledger.Ledger}.
 */
@NullMarked
package dev.tidings.infra.device;

import org.jspecify.annotations.NullMarked;
