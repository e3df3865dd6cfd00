/**
 * Erasure of what is kept of devices, as far as this service has to do with it. In: who wants what
 * erased. Out: a line in {@code audit}, a record in {@code erasures}, and from there what has
 * become of it.
 */
@NullMarked
package dev.tidings.ingest.erase;

import org.jspecify.annotations.NullMarked;
