/**
 * The history: which notifications an app was sent, page by page, and how many became of what. In:
 * a question about an app. Out: rows in the order of their acceptance, each with what its trace
 * says; or counts. The index of each node ({@code trace.index}) is read where it is ({@code part}).
 */
@NullMarked
package dev.tidings.ingest.history;

import org.jspecify.annotations.NullMarked;
