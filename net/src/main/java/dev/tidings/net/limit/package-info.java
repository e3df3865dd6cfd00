/**
 * What limits clients: open files, the address that a connection counts for, and rates. In:
 * accepted connections, and the settings of a service. Out: how many there may be, and a log line
 * for those that were refused.
 */
@NullMarked
package dev.tidings.net.limit;

import org.jspecify.annotations.NullMarked;
