/**
 * A provider in Java: sends notifications over the APNs-compatible interface and follows their
 * traces.
 *
 * <p>In: a device token and what to say. Out: a {@link dev.tidings.provider.SendAnswer}, later a
 * {@link dev.tidings.provider.Trace}.
 */
@NullMarked
package dev.tidings.provider;

import org.jspecify.annotations.NullMarked;
