/**
 * Before the first record: in come the addresses of the broker and the registry, out comes the
 * certainty that both answer and have what is needed, or one line that says what is missing.
 */
@NullMarked
package dev.tidings.streams.start;

import org.jspecify.annotations.NullMarked;
