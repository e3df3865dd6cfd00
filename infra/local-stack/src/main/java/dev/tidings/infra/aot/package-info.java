/**
 * AOT caches: classes loaded, linked and initialised in one run of a JVM, kept for the next (JEP
 * 483, 514 and 515); these steps take more than half of a short start.
 *
 * <p>In: a {@link dev.tidings.infra.aot.Jvm} that is about to be started. Out: the {@link
 * dev.tidings.infra.aot.AotRun} that gives it the cache of an earlier one, or makes it create one.
 */
@NullMarked
package dev.tidings.infra.aot;

import org.jspecify.annotations.NullMarked;
