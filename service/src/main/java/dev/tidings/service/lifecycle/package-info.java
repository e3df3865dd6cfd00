/**
 * Life of a service, from the command line to the exit code. In: the arguments, a catalogue of
 * settings and the code that starts the service. Out: a READY line once it serves, an orderly stop
 * on a signal or a failure, and the exit code.
 */
@NullMarked
package dev.tidings.service.lifecycle;

import org.jspecify.annotations.NullMarked;
