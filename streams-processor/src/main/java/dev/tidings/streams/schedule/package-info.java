/**
 * Notifications that are not due yet. In: those of the topic {@code notifications} with a time to
 * come, and withdrawals. Out: records of the topic {@code schedules}, and each notification to be
 * resolved when its time has come.
 */
@NullMarked
package dev.tidings.streams.schedule;

import org.jspecify.annotations.NullMarked;
