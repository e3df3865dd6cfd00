/**
 * Many notifications in one request. In: lines of JSON, as they come. Out: a line for each, in the
 * same order, while more come. Runs in event loops and never blocks.
 */
@NullMarked
package dev.tidings.ingest.send.lines;

import org.jspecify.annotations.NullMarked;
