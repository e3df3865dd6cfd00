/**
 * Child processes that never outlive their parent.
 *
 * <p>In: a {@link dev.tidings.infra.process.ChildCommand}, the class path and main class of a JVM
 * to run. Out: a running {@link dev.tidings.infra.process.ChildProcess}, or a {@link
 * dev.tidings.infra.process.ServiceProcess} that has said where it listens. Each is started through
 * {@link dev.tidings.infra.process.Tether}, which ends it when its parent is gone, and keeps the
 * terminal's Ctrl-C for the parent alone.
 */
@NullMarked
package dev.tidings.infra.process;

import org.jspecify.annotations.NullMarked;
