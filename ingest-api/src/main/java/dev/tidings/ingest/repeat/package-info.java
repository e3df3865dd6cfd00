/**
 * Which notifications come again: the same id for the same token within a day. In: the id, the
 * token and the fingerprint of a request. Out: whether it is the first, the same again, or another.
 */
@NullMarked
package dev.tidings.ingest.repeat;

import org.jspecify.annotations.NullMarked;
