/**
 * Which tokens were revoked. In comes the compacted topic {@code revocations}; out comes the answer
 * to one question: since when is this token no longer valid? The table is on disk, and a filter in
 * memory spares nearly everybody who is not in it the look-up.
 */
@NullMarked
package dev.tidings.ingest.revoked;

import org.jspecify.annotations.NullMarked;
