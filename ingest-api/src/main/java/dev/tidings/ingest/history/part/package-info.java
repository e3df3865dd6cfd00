/**
 * Questions about all parts of the history, of which each node has some. In: a provider's request
 * about apps of its own, or what another node asks. Out: what this node's parts say, and those of
 * the others, together. What blocks runs in threads of its own.
 */
@NullMarked
package dev.tidings.ingest.history.part;

import org.jspecify.annotations.NullMarked;
