/**
 * What the doctor asks the brokers: their settings, the topics, their clocks, disks and addresses.
 * In: where they are. Out: checks.
 */
@NullMarked
package dev.tidings.infra.cli.doctor.kafka;

import org.jspecify.annotations.NullMarked;
