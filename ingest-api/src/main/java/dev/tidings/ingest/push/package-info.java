/**
 * Apple's protocol over HTTP. In: push requests. Out: responses in Apple's format, from the results
 * of {@code request} and {@code accept}. Runs in event loops and never blocks.
 */
@NullMarked
package dev.tidings.ingest.push;

import org.jspecify.annotations.NullMarked;
