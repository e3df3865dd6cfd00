/**
 * Replays that providers order, as far as this service has to do with them. In: who wants what sent
 * again. Out: a record in {@code replays}, and from there how far its partitions have come.
 */
@NullMarked
package dev.tidings.ingest.replay;

import org.jspecify.annotations.NullMarked;
