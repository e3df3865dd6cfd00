package dev.tidings.node.transport;

import dev.tidings.node.session.Owners;

/**
 * The other nodes.
 *
 * @param owners which of them has a device's inbox
 * @param port where they reach this one; the front's from now on
 * @param advertisedHost under which devices reach this one
 */
public record Neighbours(Owners owners, InternalPort port, String advertisedHost) {}
