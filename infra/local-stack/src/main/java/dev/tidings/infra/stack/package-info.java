/**
 * The local stack: a real Kafka broker and a real schema registry on this machine, and the services
 * on top of them.
 *
 * <p>In: {@link dev.tidings.infra.stack.StackOptions}, above all the data directory. Out: a running
 * {@link dev.tidings.infra.stack.LocalStack}, whose data is still there when it is started again.
 * One stack at a time uses a data directory.
 */
@NullMarked
package dev.tidings.infra.stack;

import org.jspecify.annotations.NullMarked;
