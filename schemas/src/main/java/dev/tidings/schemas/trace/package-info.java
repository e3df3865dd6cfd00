/**
 * The steps of a notification, as receipts and traces show them. In: a record of the log, and what
 * a process does with it. Out: the steps, with texts of the provider no longer than is worth
 * carrying.
 */
@NullMarked
package dev.tidings.schemas.trace;

import org.jspecify.annotations.NullMarked;
