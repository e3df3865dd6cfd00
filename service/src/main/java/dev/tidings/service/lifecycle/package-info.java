/**
 * From the command line to the exit code. In come the arguments, a catalogue of settings and the
 * way to start the service; out come a READY line once it serves, an orderly stop on a signal or a
 * failure, and the exit code.
 */
@NullMarked
package dev.tidings.service.lifecycle;

import org.jspecify.annotations.NullMarked;
