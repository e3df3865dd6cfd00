/**
 * Channels and broadcasts in Apple's protocol ("Sending channel management requests", "Sending
 * broadcast push notification requests"). In: requests below {@code /1/apps/} and {@code
 * /4/broadcasts/}. Out: a channel in the log or deleted from it, what is known of them, a broadcast
 * to a channel, or the status and reason of the rejection. Nothing here blocks.
 */
@NullMarked
package dev.tidings.ingest.apns.channel;

import org.jspecify.annotations.NullMarked;
