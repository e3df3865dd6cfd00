/**
 * What a service sees of HTTP, whichever version it is. In come the head of a request, then the
 * parts of its body as they arrive; out goes an answer. Nothing here waits.
 */
@NullMarked
package dev.tidings.ingest.http;

import org.jspecify.annotations.NullMarked;
