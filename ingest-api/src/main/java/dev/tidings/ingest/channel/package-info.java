/**
 * The channels of apps. In: which are to be made and deleted. Out: a record of {@code channels} for
 * each, and what every process has read of them.
 */
@NullMarked
package dev.tidings.ingest.channel;

import org.jspecify.annotations.NullMarked;
