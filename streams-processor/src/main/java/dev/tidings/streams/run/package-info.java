/**
 * Running the topology, and a new run when its topics were recreated. In: the settings, and
 * failures of threads. Out: Kafka Streams' configuration, a decision for each failure, the offsets
 * to start from, and health.
 */
@NullMarked
package dev.tidings.streams.run;

import org.jspecify.annotations.NullMarked;
