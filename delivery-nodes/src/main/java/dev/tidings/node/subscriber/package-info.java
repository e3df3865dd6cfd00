/**
 * What providers have devices join and leave. In: records of {@code memberships}. Out: changes of
 * what the devices have joined, and a tombstone when that is in the log. Thread-safe; never blocks.
 */
@NullMarked
package dev.tidings.node.subscriber;

import org.jspecify.annotations.NullMarked;
