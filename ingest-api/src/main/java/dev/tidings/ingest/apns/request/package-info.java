/**
 * Checking push requests. In: the method, path and headers of a request in Apple's protocol
 * ("Sending notification requests to APNs"). Out: a {@link
 * dev.tidings.ingest.accept.NewNotification} in which every value is valid, or the status and
 * reason of the rejection ("Handling notification responses from APNs"). Nothing here blocks.
 */
@NullMarked
package dev.tidings.ingest.apns.request;

import org.jspecify.annotations.NullMarked;
