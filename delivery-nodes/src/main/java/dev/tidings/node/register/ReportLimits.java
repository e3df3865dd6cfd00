package dev.tidings.node.register;

/**
 * Limits on what devices tell of notifications. Each report is a record of the log, whatever id the
 * device has made up.
 *
 * @param perMinute how many of one device are taken in a minute, and as many at once
 * @param perSecond how many of all devices are taken in a second, and as many at once
 */
public record ReportLimits(int perMinute, int perSecond) {}
