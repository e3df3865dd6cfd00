/**
 * The service itself: its settings, and the assembly of its parts. The path of a request is {@code
 * server} → {@code push} → {@code request} → {@code accept}; its later trace is served by {@code
 * trace}.
 */
@NullMarked
package dev.tidings.ingest;

import org.jspecify.annotations.NullMarked;
