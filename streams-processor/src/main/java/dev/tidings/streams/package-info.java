/**
 * The step between acceptance and delivery. In come notifications addressed to tokens and the
 * registrations of devices; out go deliveries addressed to devices, receipts for what ends here,
 * and dead letters.
 */
@NullMarked
package dev.tidings.streams;

import org.jspecify.annotations.NullMarked;
