/**
 * The REST interface: one class for each operation, which the router calls. In: a request. Out: a
 * response in JSON, after its turn, from this node or from the one that has the answer. What blocks
 * runs in threads of its own.
 */
@NullMarked
package dev.tidings.ingest.rest;

import org.jspecify.annotations.NullMarked;
