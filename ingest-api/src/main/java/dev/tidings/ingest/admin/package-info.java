/**
 * The admin port: what administrators decide, over HTTP. In: requests, of which each has a
 * credential. Out: changes of {@code control}, each with a line in {@code audit}, and what there
 * is. {@code request} reads and answers, {@code entry} has the operations.
 */
@NullMarked
package dev.tidings.ingest.admin;

import org.jspecify.annotations.NullMarked;
