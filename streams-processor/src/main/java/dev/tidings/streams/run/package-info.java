/**
 * Running the topology, and once more when its topics were made anew: in come the settings and what
 * goes wrong in a thread, out come Kafka Streams' configuration, a decision for each failure, the
 * place to begin at, and how it is.
 */
@NullMarked
package dev.tidings.streams.run;

import org.jspecify.annotations.NullMarked;
