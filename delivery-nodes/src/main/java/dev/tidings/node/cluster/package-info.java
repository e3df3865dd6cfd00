/**
 * The other nodes. In: what the members of the group have agreed on. Out: which node owns a
 * device's inbox, and where it listens.
 */
@NullMarked
package dev.tidings.node.cluster;

import org.jspecify.annotations.NullMarked;
