/**
 * The operation that sends. In: {@code POST /v1/notifications}, with one notification or with many
 * in lines of their own. Out: the answer, by {@code send} and {@code send.lines}.
 */
@NullMarked
package dev.tidings.ingest.send.post;

import org.jspecify.annotations.NullMarked;
