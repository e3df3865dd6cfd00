/**
 * What limits connections: open files, and the address that a connection counts for. In: accepted
 * connections, and the settings of a service. Out: how many there may be, and a log line for those
 * that were refused.
 */
@NullMarked
package dev.tidings.net.limit;

import org.jspecify.annotations.NullMarked;
