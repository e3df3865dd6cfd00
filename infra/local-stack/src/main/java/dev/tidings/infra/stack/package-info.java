/**
 * The local stack: a real Kafka broker and a real schema registry on this machine, and the services
 * on top of them.
 *
 * <p>In: {@link dev.tidings.infra.stack.StackOptions}, especially the data directory. Out: a
 * running {@link dev.tidings.infra.stack.LocalStack}, which keeps its data over restarts. A data
 * directory is used by one stack at a time.
 */
@NullMarked
package dev.tidings.infra.stack;

import org.jspecify.annotations.NullMarked;
