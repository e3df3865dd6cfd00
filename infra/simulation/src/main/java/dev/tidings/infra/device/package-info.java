/**
 * Simulated devices: many on one thread, each with several apps. They drop no repetition, can
 * become unreachable, and return their tokens for new ones.
 *
 * <p>In: what delivery nodes send over MQTT. Out: confirmations, and entries in the {@link
 * dev.tidings.infra.ledger.Ledger}.
 */
@NullMarked
package dev.tidings.infra.device;

import org.jspecify.annotations.NullMarked;
