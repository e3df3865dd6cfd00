/**
 * What a provider asks for. In come the method, path, headers and body of a request in Apple's
 * protocol ("Sending notification requests to APNs"); out comes a {@link
 * dev.tidings.ingest.request.PushRequest} whose every value is valid, or the status and reason it
 * is rejected with ("Handling notification responses from APNs"). Nothing here waits for anything.
 */
@NullMarked
package dev.tidings.ingest.request;

import org.jspecify.annotations.NullMarked;
