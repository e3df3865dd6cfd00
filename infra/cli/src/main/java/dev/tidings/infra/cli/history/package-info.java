/**
 * What became of notifications, and sending them again. In: an app or a device, and since when.
 * Out: a line for each receipt; how far a replay has come.
 */
@NullMarked
package dev.tidings.infra.cli.history;

import org.jspecify.annotations.NullMarked;
