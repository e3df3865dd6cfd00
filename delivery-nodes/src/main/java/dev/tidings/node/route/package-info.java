/**
 * How a connection came to this node and where it may go from here. In: the device that a CONNECT
 * names. Out: a way to the node that has its inbox, or word that there is none.
 */
@NullMarked
package dev.tidings.node.route;

import org.jspecify.annotations.NullMarked;
