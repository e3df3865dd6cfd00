/**
 * Running the topology: in come the settings and what goes wrong in a thread, out come Kafka
 * Streams' configuration, a decision for each failure, and how it is.
 */
@NullMarked
package dev.tidings.streams.run;

import org.jspecify.annotations.NullMarked;
