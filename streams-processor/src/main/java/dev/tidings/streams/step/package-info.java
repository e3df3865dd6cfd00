/**
 * What the steps of the topology have in common. In: what every task works with. Out: the contract
 * of a step.
 */
@NullMarked
package dev.tidings.streams.step;

import org.jspecify.annotations.NullMarked;
