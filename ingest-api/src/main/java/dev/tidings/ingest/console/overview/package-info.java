/**
 * How the whole installation is doing. In: the figures of delivery nodes, how far the log and its
 * readers have come, the audit, and the health of this process. Out: rates, latencies, who owns
 * what, and what an operator has to look at.
 */
@NullMarked
package dev.tidings.ingest.console.overview;

import org.jspecify.annotations.NullMarked;
