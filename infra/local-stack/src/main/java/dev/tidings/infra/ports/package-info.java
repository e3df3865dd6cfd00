/**
 * The ports of processes that are yet to be started.
 *
 * <p>In: the {@link dev.tidings.infra.ports.Ports.Wanted} ports. Out: a free port for each, which
 * no other process of this user is given as long as this one runs, or a {@link
 * dev.tidings.infra.ports.PortsTakenException} that names all that are in use.
 */
@NullMarked
package dev.tidings.infra.ports;

import org.jspecify.annotations.NullMarked;
