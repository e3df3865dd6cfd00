/** What several commands can be told: durations, where the cluster is, and credentials. */
@NullMarked
package dev.tidings.infra.cli.options;

import org.jspecify.annotations.NullMarked;
