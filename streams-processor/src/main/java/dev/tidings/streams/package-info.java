/**
 * The step between acceptance and delivery. In: notifications addressed to tokens, and the
 * registrations of devices. Out: deliveries addressed to devices, receipts of notifications that
 * end here, and dead letters.
 */
@NullMarked
package dev.tidings.streams;

import org.jspecify.annotations.NullMarked;
