/**
 * The demo: one notification from provider to phone and back.
 *
 * <p>In: a running {@link dev.tidings.infra.pipeline.Pipeline}. Out: what the phone shows and the
 * trace, in text, and what did not happen.
 */
@NullMarked
package dev.tidings.infra.demo;

import org.jspecify.annotations.NullMarked;
