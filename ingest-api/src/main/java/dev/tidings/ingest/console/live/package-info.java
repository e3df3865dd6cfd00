/**
 * The event stream of the console. In: overviews, made once a second for all who look. Out: events,
 * as many as each reads.
 */
@NullMarked
package dev.tidings.ingest.console.live;

import org.jspecify.annotations.NullMarked;
