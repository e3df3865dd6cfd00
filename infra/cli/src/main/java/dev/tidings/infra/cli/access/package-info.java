/**
 * A local stack in which devices and providers have to prove who they are. In: a data directory and
 * a running stack. Out: entries of {@code control}, made as an administrator makes them; and files
 * with keys, for their owner alone.
 */
@NullMarked
package dev.tidings.infra.cli.access;

import org.jspecify.annotations.NullMarked;
