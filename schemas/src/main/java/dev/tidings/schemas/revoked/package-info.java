/**
 * Which tokens were revoked. In comes the compacted topic {@code revocations}, all of it, from its
 * beginning; out comes the answer to one question, with nothing to wait for: since when is this
 * token no longer valid?
 */
@NullMarked
package dev.tidings.schemas.revoked;

import org.jspecify.annotations.NullMarked;
