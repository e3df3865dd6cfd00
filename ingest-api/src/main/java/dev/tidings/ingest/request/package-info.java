/**
 * Push requests. In: the method, path, headers and body of a request in Apple's protocol ("Sending
 * notification requests to APNs"). Out: a {@link dev.tidings.ingest.request.CheckedPush} in which
 * every value is valid, or the status and reason of the rejection ("Handling notification responses
 * from APNs"). Nothing here blocks.
 */
@NullMarked
package dev.tidings.ingest.request;

import org.jspecify.annotations.NullMarked;
