/**
 * The other ingest nodes, which ask this one for traces. In: their connections, and the
 * certificates proved there. Out: whether what is said there on behalf of others is believed, and
 * answers to what they ask.
 */
@NullMarked
package dev.tidings.ingest.peer;

import org.jspecify.annotations.NullMarked;
