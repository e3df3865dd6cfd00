/**
 * What a JVM learns in one run, kept for the next: classes loaded, linked and initialised (JEP 483,
 * 514 and 515), which take more than half of a short start.
 *
 * <p>In: a {@link dev.tidings.infra.aot.Jvm} that is about to be started. Out: the {@link
 * dev.tidings.infra.aot.AotRun} that gives it the cache of an earlier one, or has it make one.
 */
@NullMarked
package dev.tidings.infra.aot;

import org.jspecify.annotations.NullMarked;
