/**
 * Revoked tokens. In: the compacted topic {@code revocations}. Out: since when a token is no longer
 * valid. The table is on disk, and a filter in memory avoids the look-up for nearly all tokens that
 * are not in it.
 */
@NullMarked
package dev.tidings.ingest.revoked;

import org.jspecify.annotations.NullMarked;
