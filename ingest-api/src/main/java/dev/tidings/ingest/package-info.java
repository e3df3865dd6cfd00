/**
 * The service itself: what it can be told, and how its pieces are put together. A request's journey
 * is {@code server} → {@code push} → {@code request} → {@code accept}; what became of it is {@code
 * trace}.
 */
@NullMarked
package dev.tidings.ingest;

import org.jspecify.annotations.NullMarked;
