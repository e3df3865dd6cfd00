/**
 * The hot pieces by themselves, under JMH: what they are given, and what runs them. The benchmarks
 * are in the packages of what they measure, much of which is for its package only.
 */
@NullMarked
package dev.tidings.bench.micro;

import org.jspecify.annotations.NullMarked;
