/**
 * Whether a service can take work. In: named checks, and the notice that it is about to stop. Out:
 * one answer for a load balancer, with the reason of each failed check.
 */
@NullMarked
package dev.tidings.service.health;

import org.jspecify.annotations.NullMarked;
