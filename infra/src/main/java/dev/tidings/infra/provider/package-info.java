/**
 * A provider on the command line: sends a notification over the APNs-compatible interface and
 * follows its trace.
 *
 * <p>In: a device token and what to say. Out: a {@link dev.tidings.infra.provider.SendAnswer},
 * later a {@link dev.tidings.infra.provider.Trace}.
 */
@NullMarked
package dev.tidings.infra.provider;

import org.jspecify.annotations.NullMarked;
