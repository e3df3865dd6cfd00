/**
 * Apple's protocol over HTTP. In: push requests. Out: new notifications, for {@code accept}; and
 * responses in Apple's format, from the results of {@code apns.request} and {@code accept}. Runs in
 * event loops and never blocks.
 */
@NullMarked
package dev.tidings.ingest.apns.push;

import org.jspecify.annotations.NullMarked;
