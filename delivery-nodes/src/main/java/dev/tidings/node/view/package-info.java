/**
 * What ingest nodes ask about devices. In: a sealed question. Out: what this node knows of the
 * device, as JSON, or which node to ask; never a payload, and nothing of other apps than those
 * named.
 */
@NullMarked
package dev.tidings.node.view;

import org.jspecify.annotations.NullMarked;
