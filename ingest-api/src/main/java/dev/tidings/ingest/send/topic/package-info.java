/**
 * Joins and leaves of topics by providers. In: the bytes of a request, or of a line of one. Out:
 * what the log is given for the device of its token, or why it is refused. Never blocks.
 */
@NullMarked
package dev.tidings.ingest.send.topic;

import org.jspecify.annotations.NullMarked;
